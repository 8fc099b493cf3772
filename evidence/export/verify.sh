#!/bin/sh
# Check the evidence in this folder. Needs a POSIX shell and OpenSSL 3; changes nothing.
# usage: sh verify.sh [CERTIFICATE]    the platform's certificate or authority as you had it from the platform
set -u
LC_ALL=C
export LC_ALL
anchor=${1:-certificates/platform-anchor.pem}
case $anchor in /*) ;; *) [ $# -eq 0 ] || anchor=$PWD/$anchor ;; esac
cd "$(dirname "$0")" || exit 2
failed=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

ok() { printf 'ok    %s\n' "$1"; }
bad() {
  printf 'FAIL  %s\n' "$1"
  failed=1
}
judge() { # SENTENCE COMMAND...: run the command, tell whether it succeeded
  sentence=$1
  shift
  if "$@" >"$work/out" 2>&1; then ok "$sentence"; else bad "$sentence"; fi
}
hash_of() { # FILE
  hashed=$(openssl dgst -sha256 -r "$1" 2>"$work/out") || hashed='unreadable'
  printf '%s' "${hashed%% *}"
}
text_of() { # NAME LINE: a string of the event
  case $2 in *"\"$1\":\""*) ;; *) return 0 ;; esac
  rest=${2#*"\"$1\":\""}
  printf '%s' "${rest%%\"*}"
}
list_of() { # NAME LINE: the strings of a list of the event, one a line
  case $2 in *"\"$1\":["*) ;; *) return 0 ;; esac
  rest=${2#*"\"$1\":["}
  rest=${rest%%"]"*}
  [ -z "$rest" ] || printf '%s\n' "$rest" | tr ',' '\n' | tr -d '"'
}
seconds_of() { # 2026-07-01T10:00:00+00:00: seconds since 1970, UTC
  y=${1%%-*} rest=${1#*-}
  m=${rest%%-*} rest=${rest#*-}
  d=${rest%%T*} rest=${rest#*T}
  H=${rest%%:*} rest=${rest#*:}
  M=${rest%%:*} rest=${rest#*:}
  S=${rest%%[!0-9]*}
  m=${m#0} d=${d#0} H=${H#0} M=${M#0} S=${S#0}
  [ "$m" -gt 2 ] || { y=$((y - 1)) m=$((m + 12)); }
  days=$((365 * y + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + d - 719469))
  printf '%s' $((((days * 24 + H) * 60 + M) * 60 + S))
}
decode() { # SIGNATURE-FILE: its CMS, from base64 with or without armour
  tr '\r' '\n' <"$1" | sed '/^-----/d' | tr -d '\n' | openssl base64 -d -A >"$work/signature.der" 2>"$work/out"
}
is_signed_by_platform() { # CONTENT CMS SECONDS
  openssl cms -verify -binary -inform DER -in "$2" -content "$1" -CAfile "$anchor" -partial_chain -purpose any \
    -attime "$3" -out /dev/null
}

# 1. The chain: every event is the one that was hashed, the links follow one another up to the signed head.
before=0 events=0 broken=
while IFS= read -r line; do
  events=$((events + 1))
  tail=${line##*\"position\":}
  position=${tail%%,*}
  previous=$(text_of previous "$tail")
  printf '%s' "$line" >"$work/line"
  digest=$(hash_of "$work/line")
  case $position in '' | *[!0-9]*) position=0 ;; esac
  [ "$position" -gt "$before" ] || broken="$broken $events(order)"
  grep -q -x -F "$position $previous $digest own" chain/links.txt || broken="$broken $events(content)"
  before=$position
done <chain/events.jsonl
owned=$(grep -c ' own$' chain/links.txt)
[ "$events" -gt 0 ] && [ "$events" = "$owned" ] || broken="$broken count($events of $owned)"
if [ -z "$broken" ]; then ok "all $events events are those that were hashed"; else bad "events of the chain piece:$broken"; fi

before= last= hash= broken=
while read -r position previous next _; do
  if [ -n "$before" ] && { [ "$position" != $((before + 1)) ] || [ "$previous" != "$hash" ]; }; then
    broken="$broken $position"
  fi
  before=$position hash=$next
done <chain/links.txt
if [ -z "$broken" ]; then ok "the links follow one another"; else bad "links do not follow the one before at$broken"; fi
stated="position: $before
hash: $hash"
case $(cat head/head.txt) in
*"$stated"*) ok "the signed head states the hash of the last link, at position $before" ;;
*) bad "the signed head states another hash than the last link" ;;
esac
signed_at=$(sed -n 's/^signed at: //p' head/head.txt)
judge "the platform signed the head, on $signed_at" \
  is_signed_by_platform head/head.txt head/head.p7s "$(seconds_of "$signed_at")"

# 2. The files: each is there with the SHA-256 that the events tell, and no other is.
: >"$work/named"
check_files() { # FOLDER LIST LINE
  list_of "$2" "$3" >"$work/files"
  while read -r _ name _ sha256; do
    printf '%s\n' "$1/$name" >>"$work/named"
    if [ "$(hash_of "$1/$name")" = "$sha256" ]; then ok "$1/$name has the recorded SHA-256"; else
      bad "$1/$name is gone or not the file that was recorded"
    fi
  done <"$work/files"
}
sealed= judged= received=
while IFS= read -r line; do
  case $(text_of action "$line") in
  submission:sealed)
    sealed=$line
    received=$(text_of received_at "$line")
    check_files delivery parts "$line"
    subject=$(text_of name "$line")
    case $(text_of reception "$line")/$subject in
    COMPLETE/GO.* | PARTS_MISSING/GO.*)
      printf '%s\n' "delivery/$subject" >>"$work/named"
      if [ -f "delivery/$subject" ] && [ ! -s "delivery/$subject" ]; then ok "delivery/$subject is empty"; else
        bad "delivery/$subject is gone or not empty"
      fi
      ;;
    esac
    ;;
  submission:acknowledged) judged=$line ;;
  answer:offered) check_files answers files "$line" ;;
  esac
done <chain/events.jsonl
[ -n "$received" ] || bad "no event tells the reception in full"
for file in delivery/* answers/*; do
  [ ! -e "$file" ] || grep -q -x -F "$file" "$work/named" || bad "$file is named by no event"
done

# 3. The platform's signature over each answer.
while IFS= read -r line; do
  [ "$(text_of action "$line")" = answer:offered ] || continue
  made=$(seconds_of "$(text_of created_at "$line")")
  content= signature=
  list_of files "$line" >"$work/files"
  while read -r _ name _; do
    case $name in FO.* | CO.*) content=answers/$name ;; FS.*) signature=answers/$name ;; esac
  done <"$work/files"
  decode "$signature"
  judge "the platform signed $content" is_signed_by_platform "$content" "$work/signature.der" "$made"
done <chain/events.jsonl

# 4. The sender's signatures, by the certificates and revocation data that were consulted.
is_certificate() { # FILE SHA256
  openssl x509 -in "$1" -outform DER -out "$work/certificate.der" 2>/dev/null &&
    [ "$(hash_of "$work/certificate.der")" = "$2" ]
}
is_signed_by_sender() { # PAYLOAD CERTIFICATE MODE
  openssl cms -verify $3 -inform DER -in "$work/signature.der" -content "$1" -nointern -certfile "$2" -noverify \
    -out /dev/null
}
is_good_at() { # CERTIFICATE ISSUER SECONDS: on a path to the anchor, and revoked by no list or response
  lists=
  [ ! -s "$work/lists.pem" ] || lists="-crl_check -CRLfile $work/lists.pem"
  if [ -n "$lists" ] && openssl verify -partial_chain -attime "$3" $lists -CAfile "$work/anchor.pem" \
    -untrusted "$work/path.pem" "$1"; then
    return 0
  fi
  openssl verify -partial_chain -attime "$3" -CAfile "$work/anchor.pem" -untrusted "$work/path.pem" "$1" || return 1
  for response in $responses; do
    for digest in -sha1 -sha256; do # by which the response names the certificate
      openssl ocsp -respin "$response" -no_nonce -issuer "$2" "$digest" -cert "$1" -CAfile "$work/anchor.pem" \
        -partial_chain -verify_other "$work/path.pem" -attime "$3" >"$work/ocsp" 2>&1
      grep -q 'Response verify OK' "$work/ocsp" && grep -q -E '(^|: )good$' "$work/ocsp" && return 0
    done
  done
  return 1
}
is_good() { # CERTIFICATE ISSUER: at reception, or when it was judged if the data are of after reception
  is_good_at "$1" "$2" "$(seconds_of "$received")" ||
    is_good_at "$1" "$2" "$(seconds_of "$(text_of at "$judged")")"
}
check_records() { # PART: every record that was consulted is there, unchanged; sort them by kind
  : >"$work/lists.pem"
  responses=
  list_of consulted "$judged" | sed -n "s/^$1 //p" | tr ' ' '\n' >"$work/records"
  while read -r sha256; do
    if [ "$(hash_of "revocation/$sha256.crl")" = "$sha256" ]; then
      openssl crl -inform DER -in "revocation/$sha256.crl" >>"$work/lists.pem" 2>"$work/out"
    elif [ "$(hash_of "revocation/$sha256.ocsp")" = "$sha256" ]; then
      responses="$responses revocation/$sha256.ocsp"
    else
      bad "revocation record $sha256 is gone or was changed"
    fi
  done <"$work/records"
}
check_part() { # PART PATH...: the certificates by their SHA-256, from the signer to the anchor
  part=$1 signer=certificates/signer-$2.pem
  shift
  check_records "$part"
  : >"$work/path.pem"
  ordered= count=0
  for sha256 in "$@"; do
    count=$((count + 1))
    kind=path
    [ $count -ne $# ] || kind=anchor
    [ $count -ne 1 ] || kind=signer
    file=certificates/$kind-$sha256.pem
    judge "$file has the recorded SHA-256" is_certificate "$file" "$sha256"
    [ $kind = signer ] || cat "$file" >>"$work/path.pem"
    cat "$file" >"$work/anchor.pem"
    ordered="$ordered $file"
  done
  payload= signature= mode=-binary
  list_of parts "$sealed" >"$work/files"
  while read -r number name _; do
    [ "$number" = "$part" ] || continue
    case $name in FI.*) payload=delivery/$name ;; FS.*) signature=delivery/$name ;; esac
  done <"$work/files"
  [ "$(list_of line_ends "$judged" | sed -n "${index}p")" != CANONICAL_TEXT ] || mode=
  decode "$signature"
  judge "the sender signed $payload" is_signed_by_sender "$payload" "$signer" "$mode"
  subject=
  for file in $ordered; do
    [ -z "$subject" ] || judge "$subject was valid and not revoked" is_good "$subject" "$file"
    subject=$file
  done
}
index=0
list_of paths "$judged" >"$work/paths"
while read -r path; do
  index=$((index + 1))
  check_part $path
done <"$work/paths"
[ $index -gt 0 ] || printf 'note  no signature of the sender was found acceptable; the acknowledgement says why\n'

[ $failed -eq 0 ] && printf 'everything holds\n' || printf 'something does not hold\n'
exit $failed
