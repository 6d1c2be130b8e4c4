"""Pieces of a step alone: the matrix product that sets the ceiling, attention, the loss of the output layer; a step of answers."""

from __future__ import annotations

import time
from dataclasses import replace

import torch
from torch.nn import functional

from bench import shape
from bench.gpu import Bench
from tune import fused, methods
from tune.answer_rows import Rows
from tune.linear import still_layers
from tune.spec import Spec


def ceiling(bench: Bench) -> None:
    """What a large matrix product reaches on this GPU, in bfloat16 and in row-wise float8."""
    size = 64 if bench.options.tiny else 8192
    a, b = (torch.randn(size, size, device=bench.where.device, dtype=bench.where.dtype) for _ in range(2))
    bench.figure("matrix product bf16", "TFLOP/s", 2 * size**3 / timed(bench, lambda: a @ b.T) / 1e12)
    if torch.cuda.is_available():
        from tune.scaled import quantise

        (a8, a_by), (b8, b_by) = quantise(a), quantise(b)

        def product():
            return torch._scaled_mm(
                a8, b8.t(), scale_a=a_by, scale_b=b_by.t(), out_dtype=torch.bfloat16, use_fast_accum=True
            )

        bench.figure("matrix product fp8", "TFLOP/s", 2 * size**3 / timed(bench, product) / 1e12)


def timed(bench: Bench, work, times: int = 20) -> float:
    for _ in range(5):
        work()
    bench.sync()
    began = time.perf_counter()
    for _ in range(times):
        work()
    bench.sync()
    return (time.perf_counter() - began) / times


def attention(bench: Bench) -> None:
    """Attention alone, forward and backward, on one layer and one pack: ours, and FlexAttention on the same examples."""
    if not torch.cuda.is_available():
        return
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    from tune import attention as packed

    total, sizes = 8192, []
    for n in bench.sizes:
        if sum(sizes) + n > total:
            sizes.append(total - sum(sizes))
            break
        sizes.append(n)
    starts = torch.tensor([0, *sizes], device="cuda", dtype=torch.int32).cumsum(0, dtype=torch.int32)
    about = torch.tensor([len(sizes), max(sizes)], dtype=torch.int32)
    q = torch.randn(total, 28, 128, device="cuda", dtype=torch.bfloat16, requires_grad=True)
    k, v = (
        torch.randn(total, 4, 128, device="cuda", dtype=torch.bfloat16, requires_grad=True) for _ in range(2)
    )
    slope = torch.randn_like(q)

    def flash():
        out, _ = torch.ops.tunemesh.varlen(q, k, v, starts, about, 128**-0.5, -1)
        out.backward(slope)

    bench.figure("attention of a layer, flash", "ms", 1e3 * timed(bench, flash))
    truth = packed._one_by_one(*(t.transpose(0, 1)[None] for t in (q, k, v)), sizes, 128**-0.5, -1)
    out, _ = torch.ops.tunemesh.varlen(q, k, v, starts, about, 128**-0.5, -1)
    apart = (out.transpose(0, 1)[None] - truth).norm() / truth.norm()
    bench.figure("attention, against PyTorch's", "relative difference", apart.item(), goal=1e-2, less=True)
    document = torch.repeat_interleave(
        torch.arange(len(sizes), device="cuda"), torch.tensor(sizes, device="cuda")
    )

    def same(b, h, at, of):
        return (at >= of) & (document[at] == document[of])

    mask = create_block_mask(same, None, None, total, total, device="cuda")
    flex = torch.compile(flex_attention, dynamic=False)
    qh, kh, vh = (t.transpose(0, 1)[None] for t in (q, k, v))

    def flexed():
        flex(qh, kh, vh, block_mask=mask, enable_gqa=True).transpose(1, 2)[0].backward(slope)

    bench.figure("attention of a layer, flex", "ms", 1e3 * timed(bench, flexed))
    kr, vr = (t.detach().repeat_interleave(7, dim=1) for t in (k, v))

    def cudnn():
        out = torch.ops.aten._cudnn_attention_forward(
            q.detach(), kr, vr, None, starts, starts, max(sizes), max(sizes), True, 0.0, True, False
        )
        torch.ops.aten._cudnn_attention_backward(
            slope,
            q.detach(),
            kr,
            vr,
            out[0],
            out[1],
            out[6],
            out[7],
            None,
            starts,
            starts,
            max(sizes),
            max(sizes),
            0.0,
            True,
        )

    bench.figure("attention of a layer, cuDNN", "ms", 1e3 * timed(bench, cudnn))


def head(bench: Bench) -> None:
    """The output layer's loss and its gradient alone, for one pack, beside PyTorch's on whole logits."""
    from tune.loss import HeadLoss

    weight = bench.base.model.get_output_embeddings().weight
    count = 64 if bench.options.tiny else 8192
    hidden = torch.randn(count, weight.shape[1], device=weight.device, dtype=weight.dtype, requires_grad=True)
    labels = torch.randint(weight.shape[0], (count,), device=weight.device)
    scale = torch.ones(count, device=weight.device)

    def chunked():
        HeadLoss.apply(hidden, weight, labels, scale, torch.cuda.is_available())[0].backward()

    def plain():
        functional.cross_entropy((hidden @ weight.T).float(), labels, reduction="sum").backward()

    ms, theirs = (1e3 * timed(bench, work, 5) for work in (chunked, plain))
    bench.figure("loss of the head", "ms", ms, "cross_entropy", theirs, less=True)


def read(held: Rows, rows: int, plain: int) -> None:
    """A prompt of 500 tokens into each row."""
    prompt = shape.examples([500], 500)[0]
    prompt = replace(prompt, prompt=prompt.ids.tolist())
    for here in (list(range(plain)), list(range(plain, rows))):
        if here:
            held.begin(here, [prompt] * len(here))


def answers(bench: Bench) -> None:
    """A step of answers: the base's, the tuned model's, and both beside each other, by the model itself and fused."""
    if not torch.cuda.is_available():
        return
    count, base = 15, bench.base
    with methods.training(base, "bench", Spec()) as model, still_layers(model, torch.bfloat16) as split:
        for name, rows, plain in (("base", count, count), ("tuned", count, 0), ("both", 2 * count, count)):
            for step in (None, fused.of(base)):
                held = Rows(base, rows, 800, split, plain, step)
                with torch.inference_mode():
                    read(held, rows, plain)
                    took = timed(bench, held.next, 40)
                way = "fused" if step else "the model's own"
                bench.figure(f"a step of answers, {name}, {way}", "ms", took * 1e3, rows=rows)
