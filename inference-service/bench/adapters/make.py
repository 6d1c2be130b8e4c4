"""Writes LoRA adapters of rank 8 on all linear layers, with random weights: MODEL FOLDER COUNT.

Prints the names of their folders in FOLDER as a JSON array.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
config = LoraConfig(r=8, target_modules="all-linear", task_type="CAUSAL_LM")
tuned = get_peft_model(AutoModelForCausalLM.from_pretrained(model), config)
names = [f"adapter-{number}" for number in range(count)]
for number, name in enumerate(names):
    torch.manual_seed(number)
    for parameter, weight in tuned.named_parameters():
        if "lora_B" in parameter:
            torch.nn.init.normal_(weight, std=0.02)
    tuned.save_pretrained(folder / name)
print(json.dumps(names))
