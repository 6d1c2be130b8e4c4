"""A small OpenAI-compatible server with vLLM's adapter endpoints, on transformers and PEFT."""
