"""Several choices of one request."""

CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "A"}], "max_tokens": 12}


def texts(client, **more):
    answer = client.post("/v1/chat/completions", json=CHAT | more).json()
    return [choice["message"]["content"] for choice in answer["choices"]]


def test_the_first_choice_is_that_of_a_request_for_one(client):
    [alone] = texts(client, temperature=1, seed=7, ignore_eos=True)
    several = texts(client, temperature=1, seed=7, ignore_eos=True, n=4)
    assert several[0] == alone
    assert len(set(several)) > 1


def test_choices_of_the_greatest_seed_have_seeds_of_their_own(client):
    several = texts(client, temperature=1, seed=2**63 - 1, ignore_eos=True, n=3)
    assert len(set(several)) > 1


def test_greedy_choices_are_alike(client):
    assert len(set(texts(client, temperature=0, n=3))) == 1
