"""One residual U-Net, in 2D or in 3D: `rank` is the only difference between the two."""

import torch
from torch import Tensor, nn

CONV = {2: nn.Conv2d, 3: nn.Conv3d}
CONV_UP = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
NORM = {2: nn.InstanceNorm2d, 3: nn.InstanceNorm3d}


class Residual(nn.Module):
    """Two 3^rank convolutions and a shortcut; the first one strides, so that going down costs no layer of its own."""

    def __init__(self, rank: int, inside: int, out: int, stride: int = 1):
        super().__init__()
        self.body = nn.Sequential(
            CONV[rank](inside, out, 3, stride, padding=1, bias=False), NORM[rank](out, affine=True), nn.PReLU(),
            CONV[rank](out, out, 3, padding=1, bias=False), NORM[rank](out, affine=True), nn.PReLU(),
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
        self.up = nn.Sequential(CONV_UP[rank](inside, out, 2, 2, bias=False), NORM[rank](out, affine=True), nn.PReLU())
        self.mix = nn.Sequential(
            CONV[rank](out + skip, out, 3, padding=1, bias=False), NORM[rank](out, affine=True), nn.PReLU()
        )

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = self.up(x)
        return self.mix(torch.cat([x, skip], 1)) + x


class UNet(nn.Module):
    """N x 4 x [D x] H x W, z-scored sequences -> N x 3 x [D x] H x W, logits of the regions (TC, WT, ET).

    Each side has to be a multiple of `multiple` (8 with four levels). A channel at full size costs as much as eight one
    level down, so there are only `top` of them there, and the image itself.
    """

    def __init__(self, rank: int, channels: tuple[int, ...] = (32, 64, 128, 320), top: int = 8,
                 sequences: int = 4, regions: int = 3):
        super().__init__()
        ins = (sequences, *channels[:-2])
        self.multiple = 2 ** (len(channels) - 1)
        self.down = nn.ModuleList(Residual(rank, i, o, stride=2) for i, o in zip(ins, channels[:-1]))
        self.bottom = Residual(rank, channels[-2], channels[-1])
        skips, outs = (*channels[-3::-1], sequences), (*channels[-3::-1], top)
        below = (channels[-1] + channels[-2], *outs[:-1])
        self.up = nn.ModuleList(Up(rank, b, s, o) for b, s, o in zip(below, skips, outs))
        self.head = CONV[rank](top, regions, 1)

    def forward(self, x: Tensor) -> Tensor:      # for 96^3:  4 x 96^3
        kept = [x]
        for down in self.down:
            kept.append(down(kept[-1]))          # 32 x 48^3, 64 x 24^3, 128 x 12^3
        x = torch.cat([self.bottom(kept[-1]), kept.pop()], 1)  # 320 + 128 x 12^3
        for up in self.up:
            x = up(x, kept.pop())                # 64 x 24^3, 32 x 48^3, 8 x 96^3
        return self.head(x)                      # 3 x 96^3
