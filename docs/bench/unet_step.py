"""Yardstick of `./voxelmill bench models --diffusers SRC`: the UNet of a diffusers folder in diffusers and PyTorch, on the CPU in float32.

Usage: unet_step.py SRC FOLDER THREADS    SRC: `src` of a clone of github.com/huggingface/diffusers at v0.20.2
                                          FOLDER: config.json and diffusion_pytorch_model.safetensors
Prints the seconds that opening took. Then, for every line that it reads, does one step on the bench's input and prints the seconds of the
step, the peak of resident bytes and sixteen numbers of the answer. Ends with its input.

What diffusers asks for besides torch and numpy, and does not need here (hub, progress bars, safetensors), is replaced by stand-ins.
"""
import importlib.abc
import importlib.machinery
import importlib.util
import json
import resource
import struct
import sys
import time
import types
from unittest.mock import MagicMock

import numpy as np
import torch

SIDE, TOKENS, SHOWN = 64, 77, 16
TYPES = {"F16": np.float16, "F32": np.float32}


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers every import below some names that are not installed with a module of which every attribute is there."""

    def __init__(self, names):
        self.names = [name for name in names if importlib.util.find_spec(name) is None]

    def find_spec(self, name, _path, _target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split(".")[0] in self.names else None

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        if spec.name.endswith(".constants"):  # of these, paths are made
            module.HUGGINGFACE_HUB_CACHE = module.hf_cache_home = "/nowhere"
        return module

    def exec_module(self, _module):
        pass


def import_unet(source):
    sys.meta_path.append(StandIns(["filelock", "huggingface_hub", "safetensors", "tqdm", "regex"]))
    try:
        import packaging.version
    except ImportError:
        import pip._vendor.packaging.version
        sys.modules["packaging"] = pip._vendor.packaging
        sys.modules["packaging.version"] = pip._vendor.packaging.version
    package = types.ModuleType("diffusers")  # without its __init__, which imports every pipeline
    package.__path__ = [source + "/diffusers"]
    package.__version__ = "0.20.2"
    sys.modules["diffusers"] = package
    from diffusers.models.unet_2d_condition import UNet2DConditionModel
    return UNet2DConditionModel


def without_addend(_input, a, b, beta=1, alpha=1, out=None):
    """Debian's torch 1.13 lets NaN of the unread addend through `baddbmm(beta=0)`."""
    assert beta == 0 and out is None
    return torch.bmm(a, b) * alpha


def weights(file):
    raw = np.memmap(file, mode="r")
    length = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(bytes(raw[8:8 + length]))
    header.pop("__metadata__", None)
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = raw[8 + length + begin:8 + length + end].view(TYPES[entry["dtype"]])
        yield name, torch.from_numpy(values.astype(np.float32).reshape(entry["shape"]))


def wave(count, pace):
    return torch.from_numpy(np.sin(pace * np.arange(count)).astype(np.float32))


source, folder, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
torch.set_grad_enabled(False)
torch.baddbmm = without_addend
unet_class = import_unet(source)
with open(folder + "/config.json") as file:
    config = {key: value for key, value in json.load(file).items() if not key.startswith("_")}

start = time.perf_counter()
unet = unet_class(**config).eval()
unet.load_state_dict(dict(weights(folder + "/diffusion_pytorch_model.safetensors")))
print(time.perf_counter() - start, flush=True)

sample = wave(config["in_channels"] * SIDE * SIDE, 1.0).reshape(1, config["in_channels"], SIDE, SIDE)
context = wave(TOKENS * config["cross_attention_dim"], 0.5).reshape(1, TOKENS, config["cross_attention_dim"])
for _line in sys.stdin:
    start = time.perf_counter()
    answer = unet(sample, 500, encoder_hidden_states=context).sample
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    shown = answer.flatten()[::answer.numel() // SHOWN][:SHOWN].tolist()
    print(seconds, peak, *shown, flush=True)
