"""Come here for the shapes of whom a walker trusts, and of the text that was consented to."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from dispatch.fields import Words
from dispatch.schemas.common import Lenient
from dispatch.telephone import PATTERN, must_be_a_number
from dispatch.walk import Agreed

ConsentVersion = Annotated[
    Words, Field(max_length=64, description="Which text was consented to", examples=["2026-11"])
]
ConsentLanguage = Annotated[
    Words,
    Field(
        pattern=r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3})?$",
        description="In which language that text was shown",
        examples=["ko", "zh-Hans"],
    ),
]
ConsentText = Annotated[
    Words,
    Field(
        max_length=2000,
        description="The very text that was shown, where it is none of ours; kept as long as the "
        "consent",
    ),
]


class GuardianIn(Lenient):
    """Somebody whom the walker trusts. Each has a consent of its own."""

    contact: Annotated[
        Words,
        AfterValidator(must_be_a_number),
        Field(
            description="A telephone number, Korean or with its country's; passed on as it is",
            examples=["010-1234-5678"],
            json_schema_extra={"pattern": PATTERN},
        ),
    ]
    name: Annotated[Words, Field(max_length=100)] = ""
    consent: Annotated[
        bool, Field(description="The walker lets this person see the position when it goes wrong")
    ] = False
    consent_version: ConsentVersion = ""
    consent_language: ConsentLanguage = ""
    consent_text: ConsentText = ""

    @property
    def agreed(self) -> Agreed:
        """What was consented to."""
        return Agreed(self.consent_version, self.consent_language, self.consent_text)

    @model_validator(mode="after")
    def _consents_to_something(self) -> "GuardianIn":
        if self.consent and not self.consent_version:
            raise ValueError("consent needs consent_version: the text that was consented to")
        return self
