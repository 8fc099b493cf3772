"""One change of the database each, made by somebody with every right, and what is told of it."""

TAMPERINGS = {
    "an event": (
        "UPDATE evidence_auditevent SET actor = 'nobody' WHERE id = (SELECT event_id FROM evidence_auditlink WHERE position = 2)",
        "at position 2 is not the one that was linked",
    ),
    "one character of an event's detail": (
        "UPDATE evidence_auditevent SET detail = replace(detail::text, 'SFTP', 'FTP')::jsonb WHERE action = 'submission:sealed'",
        "at position 1 is not the one that was linked",
    ),
    "a removed event": (
        "DELETE FROM evidence_auditevent WHERE id = (SELECT event_id FROM evidence_auditlink WHERE position = 3)",
        "position 3 is missing from the chain",
    ),
    "a removed link": ("DELETE FROM evidence_auditlink WHERE position = 3", "stands outside it: its link was removed"),
    "removed links": ("DELETE FROM evidence_auditlink WHERE position IN (3, 4)", "positions 3 to 4 are missing"),
    "the hash of a link": (
        "UPDATE evidence_auditlink SET hash = repeat('0', 64) WHERE position = 2",
        "position 3 does not follow position 2",
    ),
    "two links exchanged": (
        (
            "UPDATE evidence_auditlink SET event_id = -event_id WHERE position IN (2, 3);"
            "UPDATE evidence_auditlink a SET event_id = -b.event_id FROM evidence_auditlink b "
            "WHERE (a.position, b.position) IN ((2, 3), (3, 2))"
        ),
        "at position 3 is not the one that was linked",
    ),
    "positions moved": (
        "UPDATE evidence_auditlink SET position = position + 1000 WHERE position >= 4",
        "positions 4 to 1003 are missing",
    ),
    "the tail cut off": (
        "DELETE FROM evidence_auditlink WHERE position = :last_link",
        "its tail was cut off",
    ),
    "the hash of a head": ("UPDATE evidence_audithead SET hash = repeat('1', 64)", "states another hash for position"),
    "the signature of a head": (
        "UPDATE evidence_audithead SET signature = set_byte(signature, length(signature) - 3, 0)",
        "is not signed by the platform",
    ),
    "a removed head": (
        "DELETE FROM evidence_audithead WHERE position = (SELECT max(position) FROM evidence_audithead)",
        "has no row in the table: heads were removed",
    ),
    "the name of a submission": (
        "UPDATE evidence_submission SET subject_name = 'GO.X' WHERE id = :first",
        "its name is 'GO.X', the event told 'GO.DIMN",
    ),
    "the ticket of a submission": (
        "UPDATE evidence_submission SET ticket = 'AAAAAAAAAAAAZ' WHERE id = :first",
        "its ticket is 'AAAAAAAAAAAAZ', the event told",
    ),
    "the owner of a submission": (
        "UPDATE evidence_submission SET owner = '654321' WHERE id = :first",
        "its owner is '654321', the event told '123456'",
    ),
    "the reception of a submission": (
        "UPDATE evidence_submission SET received_at = received_at - interval '1 second' WHERE id = :first",
        "its received_at is",
    ),
    "the channels of a submission": (
        "UPDATE evidence_submission SET channels = '{SFTP,FTP}' WHERE id = :first",
        "its channels is FTP, SFTP, the event told SFTP",
    ),
    "the channels of a submission taken away": (
        "UPDATE evidence_submission SET channels = NULL WHERE id = :first",
        "its channels is None, the event told SFTP",
    ),
    "how a sender stood": (
        "UPDATE evidence_submission SET sender_state = 'SUSPENDED' WHERE id = :first",
        "its sender_state is 'SUSPENDED', the event told 'ACTIVE'",
    ),
    "how a sender stood taken away": (
        "UPDATE evidence_submission SET sender_state = '', open_channels = NULL, has_service = NULL WHERE id = :first",
        "its open_channels is None, the event told SFTP",
    ),
    "that a sender needed no signature": (
        "UPDATE evidence_submission SET unsigned_channels = '{WEB_SERVICE}' WHERE id = :first",
        "its unsigned_channels is WEB_SERVICE, the event told ",
    ),
    "the outcome of a submission": (
        "UPDATE evidence_submission SET state = 'FILED' WHERE state = 'REFUSED'",
        "is FILED, but by its events it is REFUSED",
    ),
    "a removed submission": ("DELETE FROM evidence_submission WHERE id = :first", "has no row: it was removed"),
    "an added submission": (
        (
            "INSERT INTO evidence_submission (environment, channel, tray, owner, technical_user, reception, subject_name, "
            "purpose, named_sender, sequence, declared_parts, ticket, received_at, received_on, payload_bytes, state, "
            "leased_by, lease_count, outage) SELECT environment, channel, tray, owner, technical_user, reception, "
            "subject_name, purpose, named_sender, sequence, 1, 'BBBBBBBBBBBBZ', received_at, received_on, 0, 'SEALED', '', 0, "
            "'' FROM evidence_submission WHERE id = :first"
        ),
        "was sealed by 0 events, one expected",
    ),
    "the blob of a part": (
        "UPDATE evidence_submissionpart SET blob_id = :any_blob WHERE prefix = 'FI' AND submission_id = :first",
        "its parts is 1 FI.DIMN",
    ),
    "the channel of a part": (
        "UPDATE evidence_submissionpart SET channels = '{FTP}' WHERE prefix = 'FI' AND submission_id = :first",
        "its doors is FI.DIMN",
    ),
    "the name of a part": (
        "UPDATE evidence_submissionpart SET name = 'FI.X' WHERE prefix = 'FI' AND submission_id = :first",
        "its parts is 1 FI.X",
    ),
    "the prefix of a part": (
        "UPDATE evidence_submissionpart SET prefix = 'FS' WHERE prefix = 'FI' AND submission_id = :first",
        "a part has another prefix than its name",
    ),
    "a removed part": ("DELETE FROM evidence_submissionpart WHERE submission_id = :first", "its parts is nothing"),
    "a removed blob row": (
        "DELETE FROM evidence_blob WHERE sha256 IN (SELECT blob_id FROM evidence_submissionpart WHERE submission_id = :first)",
        "its parts is nothing",
    ),
    "the size of a blob": ("UPDATE evidence_blob SET size = size + 1", "bytes, its row says"),
    "a name given to another": (
        "UPDATE evidence_usedname SET sequence = '99999' WHERE id = (SELECT min(id) FROM evidence_usedname)",
        "the name it used up is another than its own",
    ),
    "a removed name": (
        "DELETE FROM evidence_usedname WHERE id = (SELECT min(id) FROM evidence_usedname)",
        "its name_used is 0, the event told 1",
    ),
    "a signature check": (
        "UPDATE evidence_signaturecheck SET certificate = repeat('0', 64) WHERE id = (SELECT min(id) FROM evidence_signaturecheck)",
        "its certificates is 0000",
    ),
    "the path of a signature check": (
        "UPDATE evidence_signaturecheck SET path = '[]' WHERE id = (SELECT min(id) FROM evidence_signaturecheck)",
        "its paths is 1, the event told 1 ",
    ),
    "the time of a signature check": (
        "UPDATE evidence_signaturecheck SET checked_at = checked_at + interval '1 day'",
        "made at another instant than it was judged",
    ),
    "a removed signature check": (
        "DELETE FROM evidence_signaturecheck",
        "its line_ends is nothing, the event told AS_IS",
    ),
    "the sequence of an answer": (
        "UPDATE evidence_answer SET sequence = 4711 WHERE id = (SELECT min(id) FROM evidence_answer)",
        "its sequence is 4711, the event told 1",
    ),
    "a removed answer": (
        "DELETE FROM evidence_answer WHERE id = (SELECT min(id) FROM evidence_answer)",
        "told by an event, has no row: it was removed",
    ),
    "an added answer": (
        (
            "INSERT INTO evidence_answer (submission_id, kind, number, recipient, environment, day, sequence, created_at) "
            "SELECT submission_id, kind, 7, recipient, environment, day, 999, created_at FROM evidence_answer LIMIT 1"
        ),
        "was offered by no event: it was added",
    ),
    "the blob of an answer": (
        "UPDATE evidence_answerfile SET blob_id = :any_blob WHERE id = (SELECT min(id) FROM evidence_answerfile)",
        "its files is 1 F",
    ),
    "the recipient of an answer's file": (
        "UPDATE evidence_answerfile SET recipient = '654321' WHERE id = (SELECT min(id) FROM evidence_answerfile)",
        "a file is offered to somebody else",
    ),
    "a collection that never was": (
        "UPDATE evidence_answerfile SET collected_at = offered_at WHERE id = (SELECT max(id) FROM evidence_answerfile)",
        "its collected_at is",
    ),
    "a collection taken back": (
        "UPDATE evidence_answerfile SET collected_at = NULL",
        "its collected_at is nothing, the events told",
    ),
    "a download that never was": (
        "UPDATE evidence_answerfile SET downloaded_at = offered_at WHERE id = (SELECT min(id) FROM evidence_answerfile)",
        "its downloaded_at is",
    ),
    "an end of keeping that never was": (
        "UPDATE evidence_answerfile SET expired_at = offered_at WHERE id = (SELECT max(id) FROM evidence_answerfile)",
        "its expired_at is",
    ),
    "the instant of an offer": (
        "UPDATE evidence_answerfile SET offered_at = offered_at - interval '1 day'",
        "its offered_at is",
    ),
    "a receipt that never was": (
        "UPDATE evidence_answer SET acknowledged_at = created_at WHERE id = (SELECT min(id) FROM evidence_answer)",
        "its acknowledged_at is",
    ),
    "one byte of a revocation record": (
        "UPDATE channels_revocationrecord SET der = set_byte(der, 40, get_byte(der, 40) # 1)",
        "by which a signature was judged, has other bytes than it had then",
    ),
    "a removed revocation record": (
        "DELETE FROM channels_revocationrecord",
        "by which a signature was judged, is in no table any more",
    ),
    "one byte of a sender's certificate": (
        "UPDATE channels_sendercertificate SET der = set_byte(der, 40, get_byte(der, 40) # 1)",
        "by which a signature was judged, has other bytes than it had then",
    ),
    "a removed authority": (
        "DELETE FROM channels_trustedcertificate",
        "by which a signature was judged, is in no table any more",
    ),
}
