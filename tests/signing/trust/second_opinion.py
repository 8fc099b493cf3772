"""Ask pyHanko's certificate validator, which shares no code with ours, about the same chain at the same moment."""

import asyncio
import logging

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, PKIXValidationParams, ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathBuildingError, ValidationError

from tests.signing.trust.pki import Chain
from tests.signing.trust.vectors import Outcome

logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def ask_second(chain: Chain) -> tuple[Outcome, str]:
    """Return its outcome with its sentence; revocation data are demanded for every certificate below the root.

    As with ours, they may be of after the moment.
    """
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(der) for der in chain.anchors],
        other_certs=[asn1_x509.Certificate.load(der) for der in chain.intermediates],
        moment=chain.at,
        allow_fetching=False,
        crls=[crl.CertificateList.load(der) for der in chain.lists],
        ocsps=[ocsp.OCSPResponse.load(der) for der in chain.responses],
        revocation_mode="require",
        retroactive_revinfo=True,
    )
    parameters = PKIXValidationParams(
        user_initial_policy_set=chain.policies or frozenset({"any_policy"}),
        initial_explicit_policy=bool(chain.policies),
    )
    signer = asn1_x509.Certificate.load(chain.signer)
    validator = CertificateValidator(signer, [], context, pkix_params=parameters)
    try:
        asyncio.run(validator.async_validate_path())
    except InsufficientRevinfoError as error:
        return Outcome.UNDECIDED, str(error)
    except (ValidationError, PathBuildingError) as error:
        return Outcome.REFUSED, str(error)
    return Outcome.GOOD, ""
