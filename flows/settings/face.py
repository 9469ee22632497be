"""A site's face as it lies in its folder: colours of kpi.toml, the logo, templates of its own."""

import io
from base64 import b64encode
from pathlib import Path
from typing import Final

from PIL import Image

from flows.settings.kpi_toml import FaceSettings
from reports import html
from reports.face import Face
from transforms.problem import BadSite

_LARGEST: Final = 64_000  # bytes; every review carries it
_WIDEST: Final = 2_000  # pixels
_KINDS: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}


def load_face(folder: Path, settings: FaceSettings) -> Face:
    """The face of the site in `folder`; raises BadSite, one line for the logo or for each template that is wrong."""
    own = folder / "templates"
    templates = tuple((str(path.relative_to(own)), _text(path)) for path in sorted(own.rglob("*")) if path.is_file())
    problems = [wrong for name, text in templates if (wrong := _wrong(name, text))]
    if problems:
        raise BadSite("\n".join(problems))
    return Face(settings.primary, settings.accent, _logo(folder, settings.logo), templates)


def _wrong(name: str, text: str) -> str | None:
    if name not in html.names():
        return f"templates/{name} replaces nothing: no template has that name; there are {', '.join(html.names())}."
    refused = html.refused(name, text)
    return refused and f"templates/{name}, {refused}; mend it, or delete the file to have the one that is shipped."


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSite(f"templates/{path.name} is not UTF-8 text; save it as UTF-8, or take it out.") from error


def _logo(folder: Path, name: str) -> str:
    """The picture as its own address, since a review fetches nothing."""
    if not name:
        return ""
    where = f"kpi.toml, face.logo: {name}"
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise BadSite(f"{where} cannot be read; put the picture into the site's folder.") from error
    if len(content) > _LARGEST:
        raise BadSite(f"{where} has {len(content) // 1000} kB; {_LARGEST // 1000} are allowed; make it smaller.")
    return f"data:{_kind(content, where)};base64,{b64encode(content).decode()}"


def _kind(content: bytes, where: str) -> str:
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_KINDS)) as picture:
            if max(picture.size) <= _WIDEST:
                picture.load()
                return _KINDS[str(picture.format)]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadSite(f"{where} is no whole picture; allowed are PNG and JPEG.") from error
    raise BadSite(f"{where} is wider or higher than {_WIDEST} pixels; make it smaller.")
