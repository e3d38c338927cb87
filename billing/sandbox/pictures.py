"""Small pictures in the asked shape and format, drawn from a hash of the prompt; nothing is stored.

A picture's file name says everything that is needed to paint it again, so the URLs of earlier
answers stay valid when the sandbox is restarted on the same port.
"""

from __future__ import annotations

import hashlib
import io
import re
from colorsys import hls_to_rgb
from dataclasses import dataclass
from typing import Self

from PIL import Image, ImageChops, ImageDraw

#: Pixels of the longest edge.
LONGEST_EDGE = 64
# Painted this many times larger, then reduced: that is what makes the edges smooth.
_SUPERSAMPLING = 4
_BUBBLES = 5
_NAME = re.compile(
    r"(?P<call>[0-9a-f]{12})-(?P<seed>[0-9a-f]{16})-(?P<index>[0-9]{1,2})"
    r"-(?P<width>[1-9][0-9]{0,4})x(?P<height>[1-9][0-9]{0,4})\.(?P<format>png|jpeg|webp)"
)
_SIZE = re.compile(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})")
#: Shape of a size that is not WIDTHxHEIGHT.
_SQUARE = (1024, 1024)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The recipe of one picture; `call` tells the pictures of equal requests apart."""

    call: str
    seed: str
    index: int
    width: int
    height: int
    format: str

    @classmethod
    def of(cls, prompt: str, index: int, *, size: str, format: str, request_id: str) -> Self:  # noqa: A002 - the API's word
        """The recipe of the image number `index` (from 0) of one request."""
        match = _SIZE.fullmatch(size)
        width, height = (int(match[1]), int(match[2])) if match else _SQUARE
        return cls(
            call=request_id.removeprefix("req_")[:12],
            seed=hashlib.sha256(prompt.encode(errors="surrogatepass")).hexdigest()[:16],
            index=index,
            width=width,
            height=height,
            format=format,
        )

    @classmethod
    def from_name(cls, name: str) -> Self | None:
        """The recipe that a file name stands for, None when it is no picture's name."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        numbers = {key: int(match[key]) for key in ("index", "width", "height")}
        return cls(call=match["call"], seed=match["seed"], format=match["format"], **numbers)

    @property
    def name(self) -> str:
        """The file name; `from_name` reads it back."""
        shape = f"{self.width}x{self.height}"
        return f"{self.call}-{self.seed}-{self.index}-{shape}.{self.format}"

    def paint(self) -> bytes:
        """The file's bytes: the same for the same seed, index, shape and format."""
        noise = hashlib.sha256(f"{self.seed}/{self.index}".encode()).digest()
        scale = LONGEST_EDGE / max(self.width, self.height)
        width, height = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        large = _paint((width * _SUPERSAMPLING, height * _SUPERSAMPLING), noise)
        buffer = io.BytesIO()
        large.reduce(_SUPERSAMPLING).save(buffer, self.format)
        return buffer.getvalue()


def _paint(size: tuple[int, int], noise: bytes) -> Image.Image:
    hue = noise[0] / 256
    down = Image.linear_gradient("L").resize(size)
    across = Image.linear_gradient("L").rotate(90).resize(size)
    slope = ImageChops.add(down, across, scale=2)
    light, dark = _colour(hue, 0.82), _colour(hue + 0.12, 0.45)
    ground = Image.composite(Image.new("RGB", size, dark), Image.new("RGB", size, light), slope)
    canvas = ImageDraw.Draw(ground, "RGBA")
    for number in range(_BUBBLES):
        x, y, r = noise[1 + 3 * number : 4 + 3 * number]
        radius = max(size) * (0.06 + r / 256 * 0.16)
        centre = x / 256 * size[0], y / 256 * size[1]
        box = (
            centre[0] - radius,
            centre[1] - radius,
            centre[0] + radius,
            centre[1] + radius,
        )
        canvas.ellipse(box, fill=(*_colour(hue + 0.5 * (number % 2), 0.7), 110))
    return ground


def _colour(hue: float, lightness: float) -> Colour:
    red, green, blue = hls_to_rgb(hue % 1.0, lightness, 0.6)
    return round(red * 255), round(green * 255), round(blue * 255)
