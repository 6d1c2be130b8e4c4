"""Encoders (the BERT family) with a head of transformers' own: here one that gives a label or a number, or that of a form."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn
from torch.nn import functional
from transformers import AutoModelForSequenceClassification

from tune import bottleneck, lora, weights
from tune.base import Base
from tune.batch import Batch
from tune.data import Example, Split, read
from tune.evaluate import Answers, Evaluation, Tally
from tune.inplace import InPlace, config_of, fill
from tune.job import Dataset
from tune.loss import Loss, MeanLoss
from tune.pulse import Pulse
from tune.rows import example, joined, padded, parts
from tune.smaller import in_batches, loss_of
from tune.spec import LOW_RANK, Spec
from tune.task_metrics import Ranking, auc, classification, distances, regression, short
from tune.units import Units, exact, number

ROWS = 32


@dataclass(frozen=True)
class Form:
    """A kind of head: transformers' class for it, PEFT's name of its task, and its loss."""

    model: type
    task: str
    loss: Callable[[nn.Module, Batch], Loss]


def labels_of(dataset: Dataset, check: Callable[[], None]) -> tuple[str, ...] | None:
    """Every label of the dataset's splits in order, for the head has an output for each; None where it has numbers."""
    if dataset.task == "regression":
        return None
    named = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    chats = [chat for name, path in named.items() if path for chat in read(path, f"dataset.{name}", check)]
    return tuple(sorted({chat.messages[-1]["content"].strip() for chat in chats}))


def split(
    path: str,
    field: str,
    base: Base,
    goal: tuple[str, ...] | Units,
    cutoff: int,
    check: Callable[[], None],
) -> Split:
    """Chats as a source and one target: the number of a label or, of a number, the bits of a float32 in these units."""
    made = []
    for chat in read(path, field, check):
        check()
        whole = base.tokenizer(joined(chat))["input_ids"]
        source = base.tokenizer(joined(chat), truncation=True, max_length=cutoff)["input_ids"]
        answer = chat.messages[-1]["content"].strip()
        target = goal.bits(number(answer, chat, field)) if isinstance(goal, Units) else goal.index(answer)
        made.append(example(chat, source, [target], len(source) < len(whole)))
    return Split.of(made)


def untrained(
    base: Base, spec: Spec, labels: tuple[str, ...] | None, form: Form, units: Units | None = None
) -> tuple[nn.Module, list[str]]:
    """A new model of the base's folder, and the names of its modules that are to be trained and saved whole: its head, and
    those that the folder lacks, which come from spec.seed. So does a head that has other outputs in the folder.

    Its numbers are in `units`, if there are any.
    """
    torch.manual_seed(spec.seed)
    named = {"id2label": dict(enumerate(labels))} if labels else {"num_labels": 1}
    if form is FORM:
        named["problem_type"] = "single_label_classification" if labels else "regression"
    model, info = form.model.from_pretrained(
        base.folder,
        dtype=base.place.dtype,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
        ignore_mismatched_sizes=True,
        output_loading_info=True,
        **named,
    )
    model.config.pad_token_id = base.pad_id
    model.objective = form.loss
    model.units, model.folded = units, False
    if units:
        exact(model)
    stem = model.base_model_prefix + "."
    new = {key.rpartition(".")[0] for key in info["missing_keys"] if key.startswith(stem)}
    new |= {name.partition(".")[0] for name, _ in model.named_parameters() if not name.startswith(stem)}
    return model.requires_grad_(False).eval().to(base.place.device), sorted(new)


@contextmanager
def training(
    base: Base,
    base_id: str,
    spec: Spec,
    labels: tuple[str, ...] | None,
    form: Form,
    units: Units | None = None,
) -> Iterator[PeftModel | InPlace]:
    """The model of one job, its head and the method's weights trainable."""
    model, new = untrained(base, spec, labels, form, units)
    if spec.method in LOW_RANK:
        config = LoraConfig(task_type=form.task, modules_to_save=new, **lora.options(spec, model))
        tuned = get_peft_model(model, config)
        config.base_model_name_or_path = base_id
        tuned.labels = labels
        yield tuned
        return
    config = {
        "tunemesh_type": weights.KIND,
        "base_model_name_or_path": base_id,
        "method": spec.method,
        "task_type": form.task,
    }
    if spec.method == "adapter":
        stem = bottleneck.insert(model, spec.bottleneck_size, base_id)
        config |= stem.config | {"task_type": form.task}
    chosen = set()
    if spec.method == "freeze":
        chosen = set(weights.names_of_layers(model, spec.freeze_trainable_layers))
    for name, parameter in model.named_parameters():
        headed = any(name.startswith(module + ".") for module in new)
        if headed or name in chosen or spec.method == "full":
            parameter.requires_grad_(True)
    yield InPlace.of(model, config | ({"labels": list(labels)} if labels else {}))


@contextmanager
def published(
    base: Base,
    spec: Spec,
    labels: tuple[str, ...] | None,
    folder: str,
    form: Form,
    units: Units | None = None,
) -> Iterator[nn.Module]:
    """The saved model, read by stock PEFT where it is PEFT's, else by our own code."""
    config = config_of(folder)
    model, _ = untrained(base, spec, labels, form, units)
    model.folded = True
    if config.get("tunemesh_type") == bottleneck.KIND:
        bottleneck.insert(model, config["bottleneck_size"], "", config["target_modules"])
    if "tunemesh_type" in config:
        fill(model, folder)
        yield model.eval()
    else:
        yield PeftModel.from_pretrained(model, folder).get_base_model().eval()


def loss(model: nn.Module, batch: Batch) -> Loss:
    """Cross-entropy of the labels or, for numbers, the squared error by the variance of the train split; how many of these
    are `correct` is not a number."""
    row = parts(batch, model.config.pad_token_id)
    logits = model(input_ids=row.sources, attention_mask=row.mask).logits.float()
    target, scale = row.targets[:, 0], row.weights[:, 0]
    on = scale > 0
    count = int(on.sum())
    if model.config.problem_type == "regression":
        right, said = target.to(torch.int32).view(torch.float32), logits[:, 0]
        said = model.units.learnt(said) if model.folded else said
        error = (said - right) ** 2
        correct = scale.new_full((), math.nan if count else 0.0)
        return Loss((error * scale).sum(), float(scale.sum()), count, correct)
    total = (functional.cross_entropy(logits, target, reduction="none") * scale).sum()
    return Loss(total, float(scale.sum()), count, ((logits.argmax(-1) == target) & on).sum())


FORM = Form(AutoModelForSequenceClassification, "SEQ_CLS", loss)


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    base: Base,
    stage: str,
    examples: list[Example],
    labels: tuple[str, ...] | None,
    pulse: Pulse,
    known: MeanLoss | None = None,
) -> Evaluation:
    """Accuracy, macro F1 and AUC (one against the rest, where every label is in the split), or MSE, MAE and R². `known`: the
    split's loss, which is then not made again."""
    tally = Tally(base, stage, len(examples), pulse)
    mean, *_ = known or loss_of(model, base, examples, ROWS, pulse)
    scores: list[torch.Tensor] = [torch.empty(0)] * len(examples)
    done = 0

    def score(members: list[int]) -> None:
        nonlocal done
        ids, mask = padded([examples[i].prompt for i in members], base.pad_id, base.place.device)
        for i, logits in zip(members, model(input_ids=ids, attention_mask=mask).logits.float(), strict=True):
            scores[i] = logits.cpu()
        done += len(members)
        tally.at(done)

    in_batches(model, [len(e.prompt) for e in examples], ROWS, score, pulse)
    references = [e.reference.strip() for e in examples]
    if labels:
        outputs = [labels[int(s.argmax())] for s in scores]
        measured = classification(outputs, references) | auc(torch.stack(scores), references, labels)
        del measured["unknown_labels"]
        likely = torch.stack(scores).softmax(-1)
        right = [float(row[labels.index(r)]) for row, r in zip(likely, references, strict=True)]
        ranking = Ranking("probability", [round(p, 6) for p in right], perfect=None)
    else:
        units = None if model.folded else model.units
        outputs = [repr(units.own(float(s[0])) if units else float(s[0])) for s in scores]
        measured = regression(outputs, references)
        del measured["readable"]
        ranking = distances(outputs, references)
    metrics = {"loss": round(mean, 6)} | {name: short(value) for name, value in measured.items()}
    return tally.done(examples, Answers(outputs, metrics, ranking))
