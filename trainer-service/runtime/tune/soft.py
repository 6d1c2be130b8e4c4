"""Virtual tokens: prompt tuning, P-tuning and prefix tuning (which is P-tuning v2), by PEFT's own modules."""

from __future__ import annotations

import torch
from peft import PeftConfig, PeftModel, PrefixTuningConfig, PromptEncoderConfig, PromptTuningConfig
from torch import nn
from transformers import DynamicCache
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from tune.spec import Spec


def config_of(spec: Spec) -> PeftConfig:
    shared = {"task_type": "CAUSAL_LM", "num_virtual_tokens": spec.num_virtual_tokens}
    if spec.method == "prompt":
        return PromptTuningConfig(**shared)
    width = {"encoder_hidden_size": spec.encoder_hidden_size} if spec.encoder_hidden_size else {}
    if spec.method == "p_tuning":
        return PromptEncoderConfig(**shared, **width)
    return PrefixTuningConfig(**shared, **width, prefix_projection=spec.prefix_projection)


class Virtual(nn.Module):
    """A base behind virtual tokens that looks from outside like the base alone: same shapes, same positions.

    In training the virtual tokens run with every batch, and what they give is cut off. In generation they are the first
    entries of an empty cache; left padding comes after them and is masked as ever.
    """

    def __init__(self, tuned: PeftModel):
        super().__init__()
        self.tuned = tuned
        self.inner = [tuned.get_base_model()]

    @property
    def config(self):
        return self.inner[0].config

    @property
    def count(self) -> int:
        return self.tuned.active_peft_config.num_virtual_tokens

    def get_base_model(self) -> nn.Module:
        return self

    def get_output_embeddings(self) -> nn.Module:
        return self.inner[0].get_output_embeddings()

    def save_pretrained(self, folder: str, **options: object) -> None:
        self.tuned.save_pretrained(folder, **options)

    def get_decoder(self):
        """The base's decoder without its head: hidden states of the real tokens only."""

        def decoder(input_ids: torch.Tensor, use_cache: bool = False) -> BaseModelOutputWithPast:
            hidden = self._run(self.inner[0].get_decoder(), input_ids).last_hidden_state
            return BaseModelOutputWithPast(last_hidden_state=hidden[:, -input_ids.shape[1] :])

        return decoder

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        past_key_values: DynamicCache | None = None,
        use_cache: bool = False,
        logits_to_keep: int = 0,
    ) -> CausalLMOutputWithPast:
        """The base's own forward; `position_ids` and `attention_mask` are about the real tokens."""
        if past_key_values is None:
            logits = self._run(self.inner[0], input_ids).logits
            return CausalLMOutputWithPast(logits=logits[:, -input_ids.shape[1] :])
        if past_key_values.get_seq_length() == 0:
            self._begin(past_key_values, len(input_ids))
        if attention_mask is not None:
            seen = attention_mask.new_ones(len(input_ids), self.count)
            attention_mask = torch.cat([seen, attention_mask], dim=1)
        return self.inner[0](
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=None if position_ids is None else position_ids + self.count,
            past_key_values=past_key_values,
            use_cache=use_cache,
            logits_to_keep=logits_to_keep,
        )

    def _run(self, network: nn.Module, ids: torch.Tensor):
        """One pass over virtual and real tokens; what it gives has the virtual ones first, if it has them at all."""
        prompt = self.tuned.get_prompt(batch_size=len(ids))
        if not isinstance(prompt, torch.Tensor):
            return network(input_ids=ids, past_key_values=prompt, use_cache=False)
        words = self.inner[0].get_input_embeddings()(ids)
        return network(inputs_embeds=torch.cat([prompt.to(words.dtype), words], dim=1), use_cache=False)

    def _begin(self, cache: DynamicCache, rows: int) -> None:
        """Puts the virtual tokens' keys and values into an empty cache. They attend to themselves alone."""
        prompt = self.tuned.get_prompt(batch_size=1)
        if isinstance(prompt, torch.Tensor):
            first = DynamicCache(config=self.config)
            dtype = self.inner[0].get_input_embeddings().weight.dtype
            self.inner[0].get_decoder()(inputs_embeds=prompt.to(dtype), past_key_values=first, use_cache=True)
        else:
            first = prompt
        for index, layer in enumerate(first.layers):
            keys, values = layer.keys, layer.values
            cache.update(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1), index)
