"""Chains that are sound or have one defect each, with a sentence that says which; the table is the test plan."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ReasonFlags, ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.signing.trust.pki import (
    DAY,
    HOUR,
    NOON,
    SIGNER_SERIAL,
    Chain,
    a_chain,
    a_key,
    a_key_on,
    a_name,
    a_responder,
    a_rsa_key,
    break_signature,
    issue,
    weaken,
    without_version,
)
from tests.signing.trust.shapes import (
    ANY,
    DEMO,
    DEMO_IN_CAPITALS,
    DNS,
    ELSEWHERE,
    MAIL,
    OTHER_POLICY,
    POLICY,
    THIRD_POLICY,
    UNKNOWN,
    UNKNOWN_CRITICAL,
    answered,
    circle,
    circle_below_a_root,
    crossed,
    crossed_with_policies,
    demanding,
    excluding,
    for_only,
    having,
    impostor_root,
    mapping,
    named_also,
    new_key_of_root,
    permitting,
    revoking,
    self_signed,
    stating,
    taking_any,
    unknown_root,
)


class Outcome(Enum):
    """What becomes of a signer: accepted, refused for good, or undecided until revocation data are here."""

    GOOD = "good"
    REFUSED = "refused"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Vector:
    name: str
    outcome: Outcome
    sentence: str
    build: Callable[[], Chain]


GOOD, REFUSED, UNDECIDED = Outcome

DETOURS: tuple[Vector, ...] = (
    Vector("plain", GOOD, "A signer, its authority, a root.", a_chain),
    Vector("directly_below_root", GOOD, "The root issued the signer's certificate itself.", lambda: a_chain(authorities=())),
    Vector("long", GOOD, "Six authorities one below the other.", lambda: a_chain(authorities=[{}] * 6)),
    Vector("too_long", REFUSED, "Nine authorities one below the other, eight allowed.", lambda: a_chain(authorities=[{}] * 9)),
    Vector("crossed_both_sound", GOOD, "Two roots certified the authority.", lambda: crossed(is_first_sound=True)),
    Vector("crossed_second_sound", GOOD, "The first root's certificate for the authority has ended.", lambda: crossed(is_first_sound=False)),
    Vector("crossed_first_sound", GOOD, "The second root's certificate for the authority has ended.", lambda: crossed(is_first_sound=True, is_second_sound=False)),
    Vector("crossed_none_sound", REFUSED, "Both roots' certificates for the authority have ended.", lambda: crossed(is_first_sound=False, is_second_sound=False)),
    Vector("crossed_policies", GOOD, "Only below the second root no policy is demanded.", crossed_with_policies),
    Vector("circle", REFUSED, "Two authorities certify each other, nobody else does.", circle),
    Vector("circle_below_root", GOOD, "Two authorities certify each other and a root certifies one.", circle_below_a_root),
    Vector("new_key_of_root", GOOD, "The root certified its own new key.", new_key_of_root),
    Vector("new_key_of_root_not_counted", GOOD, "What a root issues to itself does not count for its path length.", lambda: new_key_of_root(path_length=1)),
    Vector("self_signed", REFUSED, "The signer issued its certificate itself.", lambda: self_signed(is_trusted=False)),
    Vector("self_signed_trusted", REFUSED, "The signer issued its certificate itself and it stands in the trust list.", lambda: self_signed(is_trusted=True)),
    Vector("unknown_root", REFUSED, "The root is not trusted.", unknown_root),
    Vector("impostor_root", REFUSED, "The trusted root has the right name and another key.", impostor_root),
    Vector("unknown_authority", REFUSED, "The authority between is not known.", lambda: a_chain(known=[])),
    Vector("gap_in_the_middle", REFUSED, "The second of three authorities is not known.", lambda: a_chain(authorities=[{}] * 3, known=[1, 3])),
)  # fmt: skip

FORMS: tuple[Vector, ...] = (
    Vector("signer_expired", REFUSED, "The signer's certificate has ended.", lambda: a_chain(signer={"not_after": NOON - DAY})),
    Vector("signer_ends_now", GOOD, "The signer's certificate ends at this very second.", lambda: a_chain(signer={"not_after": NOON})),
    Vector("signer_not_yet_valid", REFUSED, "The signer's certificate begins tomorrow.", lambda: a_chain(signer={"not_before": NOON + DAY})),
    Vector("signer_begins_now", GOOD, "The signer's certificate begins at this very second.", lambda: a_chain(signer={"not_before": NOON})),
    Vector("authority_expired", REFUSED, "The authority's certificate has ended.", lambda: a_chain(authorities=[{"not_after": NOON - DAY}])),
    Vector("authority_not_yet_valid", REFUSED, "The authority's certificate begins tomorrow.", lambda: a_chain(authorities=[{"not_before": NOON + DAY}])),
    Vector("root_expired", REFUSED, "The root's certificate has ended.", lambda: a_chain(root={"not_after": NOON - DAY})),
    Vector("root_not_yet_valid", REFUSED, "The root's certificate begins tomorrow.", lambda: a_chain(root={"not_before": NOON + DAY})),
    Vector("signer_wrong_key", REFUSED, "Another key than the authority's signed the signer's certificate.", lambda: a_chain(signer={"signing_key": a_key("other")})),
    Vector("signer_broken_signature", REFUSED, "One bit of the signature on the signer's certificate is wrong.", lambda: a_chain(signer={"mend": break_signature})),
    Vector("authority_wrong_key", REFUSED, "Another key than the root's signed the authority's certificate.", lambda: a_chain(authorities=[{"signing_key": a_key("other")}])),
    Vector("authority_broken_signature", REFUSED, "One bit of the signature on the authority's certificate is wrong.", lambda: a_chain(authorities=[{"mend": break_signature}])),
    Vector("signer_sha1", REFUSED, "The signer's certificate is signed with SHA-1.", lambda: a_chain(signer={"mend": weaken})),
    Vector("authority_sha1", REFUSED, "The authority's certificate is signed with SHA-1.", lambda: a_chain(authorities=[{"mend": weaken}])),
    Vector("root_sha1", GOOD, "The root signed itself with SHA-1, which proves nothing anyway.", lambda: a_chain(root={"mend": weaken})),
    Vector("authority_sha384", GOOD, "The signer's certificate is signed with SHA-384.", lambda: a_chain(signer={"digest": hashes.SHA384()})),
    Vector("authority_rsa_2048", GOOD, "The authority has an RSA key of 2048 bits.", lambda: a_chain(authorities=[{"key": a_rsa_key(2048)}])),
    Vector("authority_rsa_1024", REFUSED, "The authority has an RSA key of 1024 bits.", lambda: a_chain(authorities=[{"key": a_rsa_key(1024)}])),
    Vector("authority_p384", GOOD, "The authority has a P-384 key.", lambda: a_chain(authorities=[{"key": a_key_on("P-384")}])),
    Vector("authority_p521", GOOD, "The authority has a P-521 key.", lambda: a_chain(authorities=[{"key": a_key_on("P-521")}])),
    Vector("authority_p224", REFUSED, "The authority has a P-224 key.", lambda: a_chain(authorities=[{"key": a_key_on("P-224")}])),
    Vector("authority_without_constraints", REFUSED, "The authority's certificate has no basic constraints.", lambda: a_chain(authorities=[{"ca": None, "usages": ("key_cert_sign", "crl_sign")}])),
    Vector("authority_is_none", REFUSED, "The authority's basic constraints say that it is none.", lambda: a_chain(authorities=[{"ca": False, "usages": ("key_cert_sign", "crl_sign")}])),
    Vector("authority_may_not_certify", REFUSED, "The authority's key is not for signing certificates.", lambda: a_chain(authorities=[{"usages": ("crl_sign",)}])),
    Vector("authority_without_usage", GOOD, "The authority's certificate names no key usage.", lambda: a_chain(authorities=[{"has_usage": False}])),
    Vector("path_length_kept", GOOD, "The root allows one authority below it, and there is one.", lambda: a_chain(root={"path_length": 1})),
    Vector("path_length_broken", REFUSED, "An authority allows none below it, and there is one.", lambda: a_chain(authorities=[{"path_length": 0}, {}])),
    Vector("path_length_broken_deeper", REFUSED, "An authority allows one below it, and there are two.", lambda: a_chain(authorities=[{"path_length": 1}, {}, {}])),
    Vector("root_path_length_broken", REFUSED, "The root allows no authority below it, and there is one.", lambda: a_chain(root={"path_length": 0})),
    Vector("signer_unknown_critical", REFUSED, "The signer's certificate has an unknown critical extension.", lambda: a_chain(signer=having(UNKNOWN_CRITICAL))),
    Vector("signer_unknown_extension", GOOD, "The signer's certificate has an unknown extension.", lambda: a_chain(signer=having((UNKNOWN, False)))),
    Vector("authority_unknown_critical", REFUSED, "The authority's certificate has an unknown critical extension.", lambda: a_chain(authorities=[having(UNKNOWN_CRITICAL)])),
    Vector("root_unknown_critical", REFUSED, "The root's certificate has an unknown critical extension.", lambda: a_chain(root=having(UNKNOWN_CRITICAL))),
    Vector("signer_for_mail", GOOD, "The signer's key is for mail, critically.", lambda: a_chain(signer=having((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), True)))),
    Vector("signer_is_authority", REFUSED, "The signer's certificate is an authority's.", lambda: a_chain(signer={"ca": True})),
    Vector("issuer_in_capitals", REFUSED, "The signer's certificate names its issuer in capitals.", lambda: a_chain(signer={"issuer_name": a_name("AUTHORITY 1")})),
    Vector("signer_version_1", REFUSED, "The signer's certificate is of version 1.", lambda: a_chain(signer={"mend": without_version})),
    Vector("signer_without_constraints", GOOD, "The signer's certificate has no basic constraints.", lambda: a_chain(signer={"ca": None})),
)  # fmt: skip

PLACES: tuple[Vector, ...] = (
    Vector("directory_permitted", GOOD, "The authority may certify within an organisation, and did.", lambda: a_chain(authorities=[having(permitting(DEMO))])),
    Vector("directory_permitted_in_capitals", GOOD, "Capitals and spaces do not count in a directory name.", lambda: a_chain(authorities=[having(permitting(DEMO_IN_CAPITALS))])),
    Vector("directory_not_permitted", REFUSED, "The authority may certify within another organisation only.", lambda: a_chain(authorities=[having(permitting(ELSEWHERE))])),
    Vector("directory_excluded", REFUSED, "The authority may not certify within this organisation.", lambda: a_chain(authorities=[having(excluding(DEMO))])),
    Vector("directory_not_excluded", GOOD, "The authority may not certify within another organisation.", lambda: a_chain(authorities=[having(excluding(ELSEWHERE))])),
    Vector("directory_lower_authority", REFUSED, "The second authority's own name lies outside of what the first may certify.", lambda: a_chain(authorities=[having(permitting(ELSEWHERE)), {}], signer={"name": x509.Name([*ELSEWHERE.value, x509.NameAttribute(NameOID.COMMON_NAME, "Signer")])})),
    Vector("directory_alternative", REFUSED, "An alternative directory name of the signer is excluded.", lambda: a_chain(authorities=[having(excluding(ELSEWHERE))], signer=having(named_also(ELSEWHERE)))),
    Vector("directory_in_root", REFUSED, "The root may certify within another organisation only.", lambda: a_chain(root=having(permitting(ELSEWHERE)))),
    Vector("mail_permitted", GOOD, "The signer's mail address is at the permitted host.", lambda: a_chain(authorities=[having(permitting(x509.RFC822Name("demo.example")))], signer=having(named_also(MAIL)))),
    Vector("mail_not_permitted", REFUSED, "The signer's mail address is at another host.", lambda: a_chain(authorities=[having(permitting(x509.RFC822Name("other.example")))], signer=having(named_also(MAIL)))),
    Vector("mail_excluded", REFUSED, "The signer's mail address is excluded.", lambda: a_chain(authorities=[having(excluding(MAIL))], signer=having(named_also(MAIL)))),
    Vector("mail_domain_excluded", REFUSED, "All hosts of the signer's domain are excluded.", lambda: a_chain(authorities=[having(excluding(x509.RFC822Name(".example")))], signer=having(named_also(MAIL)))),
    Vector("mail_in_subject", REFUSED, "The mail address in the signer's subject is at another host.", lambda: a_chain(authorities=[having(permitting(x509.RFC822Name("other.example")))], signer={"name": a_name("Signer", (NameOID.EMAIL_ADDRESS, "anna@demo.example"))})),
    Vector("dns_permitted", GOOD, "The signer's host lies in the permitted domain.", lambda: a_chain(authorities=[having(permitting(x509.DNSName("demo.example")))], signer=having(named_also(DNS)))),
    Vector("dns_not_permitted", REFUSED, "The signer's host lies in another domain.", lambda: a_chain(authorities=[having(permitting(x509.DNSName("other.example")))], signer=having(named_also(DNS)))),
    Vector("dns_excluded", REFUSED, "The signer's host lies in an excluded domain.", lambda: a_chain(authorities=[having(excluding(x509.DNSName("demo.example")))], signer=having(named_also(DNS)))),
    Vector("uri_not_permitted", REFUSED, "The signer's URI lies at another host.", lambda: a_chain(authorities=[having(permitting(x509.UniformResourceIdentifier("other.example")))], signer=having(named_also(x509.UniformResourceIdentifier("https://demo.example/x"))))),
    Vector("other_kind_constrained", GOOD, "Mail addresses are constrained, and the signer has none.", lambda: a_chain(authorities=[having(permitting(MAIL))], signer=having(named_also(DNS)))),
)  # fmt: skip

POLICIES: tuple[Vector, ...] = (
    Vector("policy_carried", GOOD, "The path carries the policy that is wanted.", lambda: a_chain(authorities=[having(stating(POLICY))], signer=having(stating(POLICY)), policies=frozenset({POLICY}))),
    Vector("policy_carried_critically", GOOD, "The policies are stated critically.", lambda: a_chain(authorities=[having(stating(POLICY, critical=True))], signer=having(stating(POLICY, critical=True)), policies=frozenset({POLICY}))),
    Vector("policy_of_any", GOOD, "The authority may issue under any policy.", lambda: a_chain(authorities=[having(stating(ANY))], signer=having(stating(POLICY)), policies=frozenset({POLICY, OTHER_POLICY}))),
    Vector("policy_not_wanted", REFUSED, "The path carries another policy than the one wanted.", lambda: a_chain(authorities=[having(stating(OTHER_POLICY))], signer=having(stating(OTHER_POLICY)), policies=frozenset({POLICY}))),
    Vector("policy_of_signer_only", REFUSED, "The authority does not state the signer's policy.", lambda: a_chain(authorities=[having(stating(OTHER_POLICY))], signer=having(stating(POLICY)), policies=frozenset({POLICY}))),
    Vector("policy_wanted_none_carried", REFUSED, "A policy is wanted and the path carries none.", lambda: a_chain(policies=frozenset({POLICY}))),
    Vector("policy_demanded_none_carried", REFUSED, "The authority demands a policy and the signer carries none.", lambda: a_chain(authorities=[having(demanding(0), stating(POLICY))])),
    Vector("policy_demanded_later", REFUSED, "The first of two authorities demands a policy from the second certificate on.", lambda: a_chain(authorities=[having(demanding(1)), {}])),
    Vector("policy_demanded_and_carried", GOOD, "The authority demands a policy and the signer carries it.", lambda: a_chain(authorities=[having(demanding(0), stating(POLICY))], signer=having(stating(POLICY)))),
    Vector("policy_demanded_beyond_the_end", GOOD, "A policy is demanded only further down than the path goes.", lambda: a_chain(authorities=[having(demanding(3))])),
    Vector("policy_demanded_by_signer", REFUSED, "The signer's own certificate demands a policy at once and has none.", lambda: a_chain(signer=having(demanding(0)))),
    Vector("policy_demanded_by_signer_for_others", GOOD, "The signer's certificate demands a policy of whoever comes below it, and nobody does.", lambda: a_chain(signer=having(demanding(1)))),
    Vector("mapping_counted", GOOD, "The signer's certificate constrains mappings only.", lambda: a_chain(signer=having(demanding(None, mapping=0)))),
    Vector("policy_mapped", GOOD, "The authority calls the wanted policy by another name below it.", lambda: a_chain(authorities=[having(stating(POLICY), mapping((POLICY, OTHER_POLICY)))], signer=having(stating(OTHER_POLICY)), policies=frozenset({POLICY}))),
    Vector("policy_mapped_from_any", GOOD, "The authority may issue under any policy and maps the wanted one.", lambda: a_chain(authorities=[having(stating(ANY), mapping((POLICY, OTHER_POLICY)))], signer=having(stating(OTHER_POLICY)), policies=frozenset({POLICY}))),
    Vector("policy_mapped_away", REFUSED, "Below the authority the wanted policy has another name, and the signer states the old one.", lambda: a_chain(authorities=[having(stating(POLICY), mapping((POLICY, OTHER_POLICY)))], signer=having(stating(POLICY)), policies=frozenset({POLICY}))),
    Vector("policy_mapped_in_turn", REFUSED, "One mapping begins where another ends, and the signer states what nobody wanted.", lambda: a_chain(authorities=[having(stating(POLICY, OTHER_POLICY), mapping((POLICY, OTHER_POLICY), (OTHER_POLICY, THIRD_POLICY)))], signer=having(stating(THIRD_POLICY)), policies=frozenset({POLICY}))),
    Vector("policy_mapped_in_turn_and_carried", GOOD, "One mapping begins where another ends, and the signer states what the first leads to.", lambda: a_chain(authorities=[having(stating(POLICY, OTHER_POLICY), mapping((POLICY, OTHER_POLICY), (OTHER_POLICY, THIRD_POLICY)))], signer=having(stating(OTHER_POLICY)), policies=frozenset({POLICY}))),
    Vector("mapping_inhibited", REFUSED, "The first authority forbids the mapping of the second.", lambda: a_chain(authorities=[having(stating(POLICY), demanding(None, mapping=0)), having(stating(POLICY), mapping((POLICY, OTHER_POLICY)))], signer=having(stating(OTHER_POLICY)), policies=frozenset({POLICY}))),
    Vector("mapping_of_any", REFUSED, "The authority maps any policy.", lambda: a_chain(authorities=[having(stating(ANY), mapping((ANY, POLICY)))], signer=having(stating(POLICY)))),
    Vector("any_inhibited", REFUSED, "The authority does not let any policy count below it.", lambda: a_chain(authorities=[having(stating(POLICY), taking_any(0))], signer=having(stating(ANY)), policies=frozenset({POLICY}))),
    Vector("any_inhibited_later", GOOD, "Any policy still counts for one certificate.", lambda: a_chain(authorities=[having(stating(POLICY), taking_any(1))], signer=having(stating(ANY)), policies=frozenset({POLICY}))),
    Vector("policies_unasked", GOOD, "Policies do not fit together and nobody asks.", lambda: a_chain(authorities=[having(stating(OTHER_POLICY))], signer=having(stating(POLICY)))),
)  # fmt: skip

LISTS: tuple[Vector, ...] = (
    Vector("signer_revoked", REFUSED, "The signer is listed since yesterday.", lambda: a_chain(lists=revoking(1, SIGNER_SERIAL))),
    Vector("signer_compromised", REFUSED, "The signer is listed with a reason.", lambda: a_chain(lists=revoking(1, SIGNER_SERIAL, reason=ReasonFlags.key_compromise))),
    Vector("signer_on_hold", REFUSED, "The signer is on hold.", lambda: a_chain(lists=revoking(1, SIGNER_SERIAL, reason=ReasonFlags.certificate_hold))),
    Vector("signer_off_hold", GOOD, "The signer is listed as taken off the list.", lambda: a_chain(lists=revoking(1, SIGNER_SERIAL, reason=ReasonFlags.remove_from_crl))),
    Vector("signer_revoked_later", GOOD, "The signer is revoked since an hour after the reception.", lambda: a_chain(lists=revoking(1, SIGNER_SERIAL, since=NOON + HOUR))),
    Vector("signer_invalid_before", REFUSED, "The signer is revoked later, and its key was not to be trusted before.", lambda: a_chain(lists=revoking(1, SIGNER_SERIAL, since=NOON + HOUR, invalid_since=NOON - DAY))),
    Vector("another_revoked", GOOD, "Another certificate is listed.", lambda: a_chain(lists=revoking(1, SIGNER_SERIAL + 1))),
    Vector("authority_revoked", REFUSED, "The root revoked the authority.", lambda: a_chain(lists=revoking(0, 101))),
    Vector("lower_authority_revoked", REFUSED, "The first authority revoked the second.", lambda: a_chain(authorities=[{}, {}], lists=revoking(1, 102))),
    Vector("list_expired", UNDECIDED, "The authority's list should have been replaced yesterday.", lambda: a_chain(lists={1: {"this_update": NOON - 3 * DAY, "next_update": NOON - DAY}})),
    Vector("list_of_root_expired", UNDECIDED, "The root's list should have been replaced yesterday.", lambda: a_chain(lists={0: {"this_update": NOON - 3 * DAY, "next_update": NOON - DAY}})),
    Vector("list_missing", UNDECIDED, "The authority's list is not here.", lambda: a_chain(lists={1: None})),
    Vector("list_of_root_missing", UNDECIDED, "The root's list is not here.", lambda: a_chain(lists={0: None})),
    Vector("list_wrong_key", UNDECIDED, "Another key than the authority's signed its list.", lambda: a_chain(lists={1: {"signing_key": a_key("other")}})),
    Vector("list_broken_signature", UNDECIDED, "One bit of the signature on the list is wrong.", lambda: a_chain(lists={1: {"mend": break_signature}})),
    Vector("list_sha1", UNDECIDED, "The list is signed with SHA-1.", lambda: a_chain(lists={1: {"mend": weaken}})),
    Vector("list_without_right", UNDECIDED, "The authority's key is not for signing lists.", lambda: a_chain(authorities=[{"usages": ("key_cert_sign",)}])),
    Vector("list_of_other_name", UNDECIDED, "The list is of another authority.", lambda: a_chain(lists={1: {"issuer_name": a_name("Nobody")}})),
    Vector("list_unknown_critical", UNDECIDED, "The list has an unknown critical extension.", lambda: a_chain(lists={1: having(UNKNOWN_CRITICAL)})),
    Vector("list_unknown_extension", GOOD, "The list has an unknown extension.", lambda: a_chain(lists={1: having((UNKNOWN, False))})),
    Vector("list_of_changes", UNDECIDED, "The list holds changes only.", lambda: a_chain(lists={1: having((x509.DeltaCRLIndicator(1), True))})),
    Vector("list_of_authorities", UNDECIDED, "The list is about authorities only.", lambda: a_chain(lists={1: having(for_only(only_contains_ca_certs=True))})),
    Vector("list_of_users", GOOD, "The list is about those who are no authorities.", lambda: a_chain(lists={1: having(for_only(only_contains_user_certs=True))})),
    Vector("list_of_root_of_users", UNDECIDED, "The root's list is not about authorities.", lambda: a_chain(lists={0: having(for_only(only_contains_user_certs=True))})),
    Vector("list_of_attributes", UNDECIDED, "The list is about attribute certificates only.", lambda: a_chain(lists={1: having(for_only(only_contains_attribute_certs=True))})),
    Vector("list_of_some_reasons", UNDECIDED, "The list names only those whose key was compromised.", lambda: a_chain(lists={1: having(for_only(only_some_reasons=frozenset({ReasonFlags.key_compromise})))})),  # type: ignore[arg-type]
    Vector("list_indirect", UNDECIDED, "The list may speak for other authorities.", lambda: a_chain(lists={1: having(for_only(indirect_crl=True))})),
    Vector("list_of_after_expiry", UNDECIDED, "The list is of after the signer's certificate ended, when nobody is listed any more.", lambda: a_chain(signer={"not_after": NOON}, lists={1: {"this_update": NOON + HOUR}})),
    Vector("list_of_after_reception", GOOD, "The list is of an hour after the reception.", lambda: a_chain(lists={1: {"this_update": NOON + HOUR}})),
    Vector("entry_unknown_critical", REFUSED, "The signer's entry has an unknown critical extension.", lambda: a_chain(lists=revoking(1, SIGNER_SERIAL, extensions=[UNKNOWN_CRITICAL]))),
)  # fmt: skip

ANSWERS: tuple[Vector, ...] = (
    Vector("answer_good", GOOD, "The authority answers that the signer is good.", answered),
    Vector("answer_of_responder", GOOD, "A responder that the authority appointed answers.", lambda: answered(by=a_responder)),
    Vector("answer_revoked", REFUSED, "The authority answers that the signer is revoked.", lambda: answered(status=ocsp.OCSPCertStatus.REVOKED, since=NOON - DAY)),
    Vector("answer_on_hold", REFUSED, "The authority answers that the signer is on hold.", lambda: answered(status=ocsp.OCSPCertStatus.REVOKED, since=NOON - DAY, reason=ReasonFlags.certificate_hold)),
    Vector("answer_revoked_later", GOOD, "The signer was revoked an hour after the reception.", lambda: answered(status=ocsp.OCSPCertStatus.REVOKED, since=NOON + HOUR, this_update=NOON + 2 * HOUR)),
    Vector("answer_unknown", UNDECIDED, "The authority answers that it does not know the signer.", lambda: answered(status=ocsp.OCSPCertStatus.UNKNOWN)),
    Vector("answer_expired", UNDECIDED, "The answer should have been replaced yesterday.", lambda: answered(this_update=NOON - 3 * DAY, next_update=NOON - DAY)),
    Vector("answer_broken_signature", UNDECIDED, "One bit of the signature on the answer is wrong.", lambda: answered(mend=break_signature)),
    Vector("answer_sha1", UNDECIDED, "The answer is signed with SHA-1.", lambda: answered(digest="sha1")),
    Vector("answer_of_impostor", UNDECIDED, "One who calls itself by the authority's name answers.", lambda: answered(by=lambda authority: issue("Authority", key=a_key("impostor"), name=authority.name))),
    Vector("answer_of_stranger", UNDECIDED, "A responder that another authority appointed answers.", lambda: answered(by=lambda _: a_responder(issue("Stranger")))),
    Vector("answer_without_right", UNDECIDED, "One whom the authority certified, but not as a responder, answers.", lambda: answered(by=lambda authority: a_responder(authority, is_responder=False))),
    Vector("answer_of_expired_responder", UNDECIDED, "The responder's certificate has ended.", lambda: answered(by=lambda authority: a_responder(authority, not_after=NOON - DAY))),
    Vector("answer_of_checked_responder", UNDECIDED, "Nothing says that the responder itself is not to be asked about.", lambda: answered(by=lambda authority: a_responder(authority, is_checked=True))),
    Vector("answer_of_weak_responder", UNDECIDED, "The responder has an RSA key of 1024 bits.", lambda: answered(by=lambda authority: a_responder(authority, key=a_rsa_key(1024)))),
)  # fmt: skip

VECTORS: tuple[Vector, ...] = (*DETOURS, *FORMS, *PLACES, *POLICIES, *LISTS, *ANSWERS)
