"""One residual U-Net, in 2D or in 3D: `rank` is the only difference between the two."""

import torch
from torch import Tensor, nn

CONV = {2: nn.Conv2d, 3: nn.Conv3d}
CONV_UP = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
NORM = {2: nn.InstanceNorm2d, 3: nn.InstanceNorm3d}


def normed(rank: int, conv: nn.Module, out: int) -> list[nn.Module]:
    return [conv, NORM[rank](out, affine=True), nn.LeakyReLU(0.01, inplace=True)]


class Residual(nn.Module):
    """Two 3^rank convolutions and a shortcut; the first one strides, so that going down costs no layer of its own."""

    def __init__(self, rank: int, inside: int, out: int, stride: int = 1):
        super().__init__()
        self.body = nn.Sequential(
            *normed(rank, CONV[rank](inside, out, 3, stride, padding=1, bias=False), out),
            *normed(rank, CONV[rank](out, out, 3, padding=1, bias=False), out),
        )
        # A strided shortcut looks at 3^rank voxels: with a kernel of 1 it would never see seven voxels of eight.
        same = stride == 1 and inside == out
        kernel = 3 if stride > 1 else 1
        self.shortcut = nn.Identity() if same else CONV[rank](inside, out, kernel, stride, padding=kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) + self.shortcut(x)


class Up(nn.Module):
    """Doubles each side, joins what the encoder kept at that size, and mixes the two."""

    def __init__(self, rank: int, inside: int, skip: int, out: int):
        super().__init__()
        self.up = nn.Sequential(*normed(rank, CONV_UP[rank](inside, out, 2, 2, bias=False), out))
        self.mix = nn.Sequential(*normed(rank, CONV[rank](out + skip, out, 3, padding=1, bias=False), out))

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = self.up(x)
        return self.mix(torch.cat([x, skip], 1)) + x


class UNet(nn.Module):
    """N x 4 x [D x] H x W, z-scored sequences -> N x 3 x [D x] H x W, logits of the regions (TC, WT, ET).

    Each side has to be a multiple of `multiple` (16 with five levels). Nothing is computed at full size, where a channel costs
    as much as eight one level down: the first convolution strides, and the head gives the 2^rank voxels of each place at
    once (sub-pixel convolution, Shi 2016). While training it gives a list, finest first: coarser decoder levels are
    asked for the regions too (deep supervision). An exported network has no such heads.
    """

    def __init__(self, rank: int, channels: tuple[int, ...] = (32, 64, 128, 192, 256), sequences: int = 4, regions: int = 3):
        super().__init__()
        ins = (sequences, *channels[:-2])
        self.multiple = 2 ** (len(channels) - 1)
        self.down = nn.ModuleList(Residual(rank, i, o, stride=2) for i, o in zip(ins, channels[:-1]))
        self.bottom = Residual(rank, channels[-2], channels[-1])
        skips = channels[-3::-1]
        below = (channels[-1] + channels[-2], *skips[:-1])
        self.up = nn.ModuleList(Up(rank, b, s, s) for b, s in zip(below, skips))
        self.head = CONV_UP[rank](channels[0], regions, 2, 2)
        self.deep = nn.ModuleList(CONV[rank](c, regions, 1) for c in channels[1:3])

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:  # for 96^3:  4 x 96^3
        kept = [x]
        for down in self.down:
            kept.append(down(kept[-1]))          # 32 x 48^3, 64 x 24^3, 128 x 12^3, 192 x 6^3
        x = torch.cat([self.bottom(kept[-1]), kept.pop()], 1)  # 256 + 192 x 6^3
        levels = []
        for up in self.up:
            x = up(x, kept.pop())                # 128 x 12^3, 64 x 24^3, 32 x 48^3
            levels.insert(0, x)
        if not self.training:
            return self.head(x)                  # 3 x 96^3
        return [self.head(x), *(head(level) for head, level in zip(self.deep, levels[1:]))]  # 3 x 96^3, 24^3, 12^3

    def load(self, weights: dict[str, Tensor]) -> None:
        """An exported network's weights; heads of deep supervision, which it lacks, stay as they are."""
        own = {k: v for k, v in self.state_dict().items() if k.startswith("deep.")}
        self.load_state_dict({**own, **weights})
