"""What goes on the wire beside the quoted fields: what is meant for one of them is refused."""

from __future__ import annotations

import pytest

from billing.client import NotBillable
from billing.client.call.plan import plan_call
from pricing import InvalidValue, UnknownParameter

SDK_ARGUMENTS = {"model", "prompt", "size", "quality", "n", "user", "complexity"}
ASKED = {"model": "gpt-image-2", "prompt": "a red kite", "size": "1024x1024"}
#: Names that must be meant for a priced field, by that field.
MEANT = {
    "model": [
        *("modle", "mdoel", "omdel", "modl", "odel", "modell", "nodel", "models", "Model", "MODEL"),
        "model[]",
        *("model_id", "modelName", "image_model"),
    ],
    "size": [
        *("sise", "szie", "siez", "sizee", "sizes", "sze", "ize", "Size", "SIZE", "size[]"),
        *("image_size", "imgSize"),
        *("resolution", "width", "height", "dimensions", "aspectRatio", "size "),
    ],
    "quality": [
        *("qualty", "qaulity", "quailty", "qualitty", "qualit", "uality", "qualify", "Quality"),
        "quality_",
        *("image-quality", "hd"),
    ],
    "n": [
        *("N", "n[]", "num_images", "numOutputs", "batch_size", "count", "samples"),
        "number_of_images",
        *("quantity", "qty", "n ", " n"),
    ],
}
#: Names of a gateway's own, some of them near to a priced field.
OTHERS = [
    *("mode", "modes", "modality", "modalities", "moderation_level", "nodes", "remodel", "mod"),
    *("resize", "resized"),
    *("upsize", "side", "site", "sign", "style", "seize_up", "sizing", "quality_check"),
    "output_quality",
    *("jpeg_quality", "equality_bias", "qualifier", "nn", "k", "no", "m", "s", "nsfw", "noise"),
    *("num_steps", "seed"),
    *("num_inference_steps", "watermark", "negative_prompt", "guidance_scale", "metadata"),
    *("api-version", ""),
]
#: Fields of the request itself that decide no price.
OF_THE_API = ("user", "output_format", "moderation", "complexity")


def planned(**given: object) -> dict[str, object]:
    """The request that would be quoted."""
    return dict(plan_call("generations", {**ASKED, **given}, sdk_arguments=SDK_ARGUMENTS).request)


on_both_extras = pytest.mark.parametrize("where", ["extra_body", "extra_query"])


@on_both_extras
@pytest.mark.parametrize("name", ["model", "size", "quality", "n", "aspect_ratio", "stream"])
def test_what_the_quote_is_about_is_refused_beside_it(name: str, where: str) -> None:
    with pytest.raises(NotBillable, match=name) as refused:
        planned(**{where: {name: "x", "watermark": False}})
    assert (refused.value.code, refused.value.param) == ("not_billable", where)


@pytest.mark.parametrize("given", [[("n", 3)], "n=3", b"{}", 3, True])
def test_extra_fields_that_are_no_mapping_are_refused(given: object) -> None:
    for where in ("extra_body", "extra_query"):
        with pytest.raises(InvalidValue) as refused:
            planned(**{where: given})
        assert refused.value.param == where


@on_both_extras
@pytest.mark.parametrize(
    ("name", "meant"), [(name, field) for field, names in MEANT.items() for name in names]
)
def test_what_must_be_meant_for_a_priced_field_is_refused_beside_the_quote(
    name: str, meant: str, where: str
) -> None:
    with pytest.raises(UnknownParameter, match=rf"Did you mean {meant}\?") as refused:
        planned(**{where: {"watermark": False, name: 3}})
    assert refused.value.param == f"{where}[{name!r}]"


@on_both_extras
@pytest.mark.parametrize("name", [*OTHERS, *OF_THE_API])
def test_what_is_the_gateways_own_passes(name: str, where: str) -> None:
    plan = plan_call("generations", {**ASKED, where: {name: 1}}, sdk_arguments=SDK_ARGUMENTS)
    assert plan.arguments[where] == {name: 1}
    assert dict(plan.request) == ASKED
