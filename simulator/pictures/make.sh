#!/usr/bin/env bash
# Regenerates the pictures that guests show: c01.ivf … c12.ivf by their cameras,
# s01.ivf … s12.ivf on their screens. Only for development: the product embeds the
# results and needs none of these tools. Needs ffmpeg with libvpx and the font
# DejaVu Sans Bold.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
font=/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf
command -v ffmpeg >/dev/null || { echo "make.sh: ffmpeg is missing" >&2; exit 1; }
[[ -f $font ]] || { echo "make.sh: the font $font is missing" >&2; exit 1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# encode RATE OUT: VP8 with one keyframe, the first, and no frame that is not shown.
# One thread and no metadata: same input, same bytes.
encode() {
  ffmpeg -hide_banner -loglevel error -filter_complex "$3" -map '[out]' \
    -c:v libvpx -b:v "$1" -maxrate "$1" -bufsize "$1" -g 999 -keyint_min 999 -auto-alt-ref 0 -lag-in-frames 0 \
    -deadline good -cpu-used 0 -threads 1 -fflags +bitexact -flags:v +bitexact "$2"
}

# The people's colours.
colours=(c02020 2060c0 209020 c08000 8020a0 008080 a04000 4040ff 608000 c02080 406080 101010)
for i in "${!colours[@]}"; do
  n=$((i + 1)) id=$(printf '%02d' $((i + 1))) colour=${colours[$i]}
  # A camera: the person's colour and number, a bar that moves, and noise as any
  # camera has. 3 s at 10 frames per second.
  encode 100k "$tmp/c$id.ivf" "color=c=0x$colour:s=320x180:r=10:d=3[back];
    color=c=white:s=40x12:r=10:d=3[bar];
    [back][bar]overlay=x='140+120*sin(2*PI*t/3)':y=156,
    drawtext=fontfile=$font:text=$n:fontcolor=white:fontsize=110:x=(w-text_w)/2:y=(h-text_h)/2-10,
    noise=alls=5:allf=t:all_seed=$n,format=yuv420p[out]"
  # A screen: a white page with a heading in the person's colour, lines that are
  # written one after the other, and the number. 4 s at 5 frames per second.
  lines=
  for line in 0 1 2 3 4 5 6 7; do
    lines+=",drawbox=x=60:y=$((110 + 28 * line)):w=$((200 + 37 * (line * n % 5))):h=12:color=gray:t=fill:enable='gte(t,$line/2)'"
  done
  encode 60k "$tmp/s$id.ivf" "color=c=white:s=640x360:r=5:d=4,
    drawbox=x=0:y=0:w=640:h=70:color=0x$colour:t=fill$lines,
    drawtext=fontfile=$font:text='Screen $n':fontcolor=white:fontsize=40:x=20:y=15,format=yuv420p[out]"
done

# Replace the old pictures only now that everything worked.
rm -f "$here"/[cs][0-9][0-9].ivf
mv "$tmp"/*.ivf "$here/"
