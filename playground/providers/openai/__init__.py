"""Any server that speaks OpenAI's chat completions: OpenRouter, vLLM, llama.cpp, Ollama and more.

The wire contract is OpenAI's public API reference, read tolerantly: servers differ.
"""
