#!/usr/bin/env bash
# Regenerates the bank of voices (v*.ogg and voices.json) from lines.tsv.
# Only for development: the product embeds the results and needs none of
# these tools. Needs espeak-ng, sox and opus-tools.
set -euo pipefail
# Byte-wise sorting and decimal points, whatever the machine's language is.
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for tool in espeak-ng sox soxi opusenc opusdec awk; do
  command -v "$tool" >/dev/null || { echo "make.sh: $tool is missing" >&2; exit 1; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/out"

frame=960    # samples in 20 ms at 48 kHz
gap=10       # frames of silence between two sentences: 0.2 s
target=-20   # loudness of every sentence, RMS in dBFS

# -D: no dither, so that silence stays silent. -R: the same noise every run.
run_sox() { sox -D -R "$@"; }
level() { sox "$1" -n stats 2>&1 | awk '/^RMS lev dB/ { print $NF }'; }
gain_to() { awk -v want="$2" -v have="$(level "$1")" 'BEGIN { printf "%.2f", want - have }'; }

# speak VOICE PITCH SPEED TEXT OUT: one sentence, 48 kHz mono, whole frames.
speak() {
  local t=$tmp/s samples pad
  # -a 60 leaves headroom, since some variants overdrive at full amplitude.
  # British voices are called en, not en-gb: en-gb+f2 silently ignores the f2.
  espeak-ng -z -a 60 -v "$1" -p "$2" -s "$3" -w "$t.0.wav" "$4"
  # Trim the ends so that a clip's length is the length of its speech.
  run_sox "$t.0.wav" -b 32 "$t.1.wav" rate -h 48k highpass 60 \
    silence 1 0.005 0.1% reverse silence 1 0.005 0.1% reverse
  # Level first, then tame the peaks (they differ a lot between variants and
  # would clip at the target), then level again what the limiter took away.
  run_sox "$t.1.wav" -b 32 "$t.2.wav" gain "$(gain_to "$t.1.wav" -26)" \
    compand 0,0.05 -90,-90,-14,-14,0,-12 0 -90 0.002
  # A faint hiss (-63 dBFS, as any microphone has): speech as clean as this
  # drives libopus at a hard constant bit rate into loud bursts of noise.
  samples=$(soxi -s "$t.2.wav")
  run_sox -n -r 48000 -c 1 -b 32 "$t.hiss.wav" synth "${samples}s" whitenoise gain -58
  run_sox "$t.2.wav" -b 32 "$t.3.wav" gain "$(gain_to "$t.2.wav" "$target")"
  run_sox -m -v 1 "$t.3.wav" -v 1 "$t.hiss.wav" -b 32 "$t.4.wav"
  # Short fades, since a sentence may be played on its own and must not click.
  # Fill the last frame, so that every sentence starts on a frame boundary.
  pad=$(( (frame - samples % frame) % frame ))
  run_sox "$t.4.wav" -b 16 "$5" fade t 0.003 -0 0.005 pad 0 "${pad}s"
}

run_sox -n -r 48000 -c 1 -b 16 "$tmp/gap.wav" trim 0 "$(( gap * frame ))s"

json() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }

# finish ID: encode the voice's sentences collected in $parts.
finish() {
  run_sox "${parts[@]}" "$tmp/$1.wav"
  # 4008=1104 fixes the bandwidth to 12 kHz, all that espeak-ng's 22.05 kHz can
  # fill: with the automatic choice some packets need padding to be 60 bytes.
  # A fixed serial and no padding or copied comments: same input, same bytes.
  opusenc --quiet --bitrate 24 --hard-cbr --framesize 20 --speech --comp 10 \
    --set-ctl-int 4008=1104 --serial "$(( 10#${1#v} ))" --padding 0 --discard-comments \
    "$tmp/$1.wav" "$tmp/out/$1.ogg"
  # The inputs peak well below this, so anything above is the encoder's fault.
  opusdec --quiet --float --force-wav "$tmp/out/$1.ogg" "$tmp/decoded.wav" 2>/dev/null
  sox "$tmp/decoded.wav" -n stats 2>&1 | awk -v id="$1" '
    /^Pk lev dB/ && $NF > -1.5 { print "make.sh: " id " is too loud: " $NF " dBFS" > "/dev/stderr"; exit 1 }'
  printf '\n    ]\n  }' >>"$tmp/out/voices.json"
}

printf '[' >"$tmp/out/voices.json"
current=
parts=()
while IFS=$'\t' read -r id voice pitch speed text; do
  if [[ $id == id ]]; then continue; fi   # the heading
  if [[ $id != "$current" ]]; then
    if [[ -n $current ]]; then
      finish "$current"
      printf ',' >>"$tmp/out/voices.json"
    fi
    current=$id parts=() at=0
    printf '\n  {\n    "id": "%s",\n    "file": "%s.ogg",\n    "lines": [' "$id" "$id" >>"$tmp/out/voices.json"
  else
    parts+=("$tmp/gap.wav")
    at=$(( at + gap ))
    printf ',' >>"$tmp/out/voices.json"
  fi
  wav=$tmp/$id-${#parts[@]}.wav
  speak "$voice" "$pitch" "$speed" "$text" "$wav" </dev/null
  parts+=("$wav")
  end=$(( at + $(soxi -s "$wav") / frame ))
  # The encoder delays everything by 312 samples (the pre-skip), so the end of
  # a sentence comes out of the packet after its last frame: to_frame, which is
  # exclusive, is one more. And from_frame is one frame of silence early: a
  # decoder that jumps right into the first sound may start with a loud click.
  printf '\n      {"text": "%s", "from_frame": %d, "to_frame": %d}' \
    "$(json "$text")" "$(( at > 0 ? at - 1 : 0 ))" "$(( end + 1 ))" >>"$tmp/out/voices.json"
  at=$end
done <"$here/lines.tsv"
finish "$current"
printf '\n]\n' >>"$tmp/out/voices.json"

# Replace the old bank only now that everything worked.
rm -f "$here"/v[0-9][0-9].ogg
mv "$tmp"/out/* "$here/"
