"""Classes of texts, at the path and in the shape of vLLM."""

import httpx
import pytest

TEXTS = ["The first text.", "第二段文字", "A third one, which is longer than the others are."]


@pytest.fixture
def classify(classifier):
    url, model = classifier
    with httpx.Client(base_url=url, timeout=300) as client:
        yield lambda **body: client.post("/classify", json={"model": model} | body)


def test_each_text_has_a_class_in_its_order(classify, classifier):
    answer = classify(input=TEXTS)
    assert answer.status_code == 200, answer.text
    whole = answer.json()
    assert whole["object"] == "list" and whole["id"] and whole["created"]
    assert whole["model"] == classifier[1]
    assert [entry["index"] for entry in whole["data"]] == [0, 1, 2]
    for entry in whole["data"]:
        assert isinstance(entry["label"], str)
        assert entry["num_classes"] == len(entry["probs"]) > 1
        assert sum(entry["probs"]) == pytest.approx(1, abs=1e-2)
    usage = whole["usage"]
    assert usage["prompt_tokens"] > 0 and usage["completion_tokens"] == 0
    assert usage["total_tokens"] == usage["prompt_tokens"]


def test_a_text_alone_has_the_class_that_it_has_among_others(classify):
    among = classify(input=TEXTS).json()["data"]
    for text, entry in zip(TEXTS, among, strict=True):
        [alone] = classify(input=text).json()["data"]
        assert alone["label"] == entry["label"]
        assert alone["probs"] == pytest.approx(entry["probs"], abs=1e-2)


def test_what_cannot_be_classified_is_refused_with_an_error_object(classify):
    unknown = classify(model="no-such-model", input="x")
    assert unknown.status_code == 404
    nothing = classify()
    assert nothing.status_code in (400, 422)
    assert unknown.json()["error"]["message"] and nothing.json()["error"]["message"]
