"""The adapter endpoints, as vLLM has them."""


def load(http, name, folder, **more):
    body = {"lora_name": name, "lora_path": str(folder)}
    return http.post("/v1/load_lora_adapter", json=body | more)


def unload(http, name):
    return http.post("/v1/unload_lora_adapter", json={"lora_name": name})


def ask(http, name):
    body = {"model": name, "messages": [{"role": "user", "content": "Hello, 你好"}]}
    return http.post("/v1/chat/completions", json=body | {"temperature": 0, "max_tokens": 16})


def test_health_answers_200(http):
    assert http.get("/health").status_code == 200


def test_models_lists_the_base_and_each_adapter(http, server, two_adapters):
    models = {model["id"]: model for model in http.get("/v1/models").json()["data"]}
    for model in models.values():
        assert model["object"] == "model"
        assert {"created", "owned_by", "root", "parent"} <= model.keys()
    assert models[server.base]["parent"] is None
    for name, folder in zip(two_adapters, server.adapters, strict=True):
        assert models[name]["parent"] == server.base
        assert models[name]["root"] == str(folder)


def test_loading_answers_plain_text_and_the_adapter_answers_differently(http, server, two_adapters):
    texts = {
        name: ask(http, name).json()["choices"][0]["message"]["content"]
        for name in (server.base, *two_adapters)
    }
    assert len(set(texts.values())) == 3


def test_load_and_unload_are_plain_text_and_take_effect_at_once(http, server):
    loaded = load(http, "contract-three", server.adapters[0])
    assert loaded.status_code == 200
    assert loaded.headers.get("content-type", "text/plain").startswith("text/plain")  # a vLLM names no type
    assert ask(http, "contract-three").status_code == 200
    gone = unload(http, "contract-three")
    assert gone.status_code == 200
    assert gone.headers.get("content-type", "text/plain").startswith("text/plain")
    assert ask(http, "contract-three").status_code == 404
    assert "contract-three" not in [m["id"] for m in http.get("/v1/models").json()["data"]]


def test_a_name_is_loaded_once(http, server, two_adapters):
    again = load(http, two_adapters[0], server.adapters[1])
    assert again.status_code == 400
    assert two_adapters[0] in again.json()["error"]["message"]


def test_load_inplace_replaces_the_adapter(http, server, two_adapters):
    other = ask(http, two_adapters[1]).json()["choices"][0]["message"]["content"]
    replaced = load(http, two_adapters[0], server.adapters[1], load_inplace=True)
    assert replaced.status_code == 200
    assert ask(http, two_adapters[0]).json()["choices"][0]["message"]["content"] == other


def test_a_missing_folder_is_refused(http, server):
    answer = load(http, "missing", server.adapters[0].parent / "no-such-folder")
    assert answer.status_code in (404, 500)
    assert "missing" not in [m["id"] for m in http.get("/v1/models").json()["data"]]


def test_an_unknown_name_is_not_unloaded(http):
    assert unload(http, "never-loaded").status_code == 404


def test_a_field_left_out_is_refused(http, server):
    answer = http.post("/v1/load_lora_adapter", json={"lora_name": "x"})
    assert answer.status_code in (400, 422)
