// Package opusfile writes and reads Opus audio in Ogg files, as RFC 3533 (Ogg),
// RFC 6716 (Opus) and RFC 7845 (Opus in Ogg) say.
//
// The writer puts whole pages on disk, each in one write, so that a file whose
// writer is killed plays up to its last page.
package opusfile

import (
	"encoding/binary"
	"time"
)

// SampleRate is the clock of Opus: positions and durations count its samples
// per second, whatever the audio's bandwidth (RFC 7845, section 4).
const SampleRate = 48000

// Silence is an Opus packet of 20 ms of silence: CELT, full band, mono.
var Silence = []byte{0xF8, 0xFF, 0xFE}

// SilenceSamples is how long [Silence] lasts.
const SilenceSamples = SampleRate / 50

// Samples tells how long a packet lasts, at [SampleRate], from its table of
// contents (RFC 6716, section 3.1). A packet that breaks the rules lasts 0.
func Samples(packet []byte) int {
	if len(packet) == 0 {
		return 0
	}
	frame := frameSamples(packet[0] >> 3)
	switch packet[0] & 3 {
	case 0:
		return frame
	case 1, 2:
		return 2 * frame
	}
	if len(packet) < 2 {
		return 0
	}
	total := frame * int(packet[1]&0x3F)
	if total > SampleRate*120/1000 { // a packet lasts 120 ms at most
		return 0
	}
	return total
}

// frameSamples tells how long one frame lasts by the configuration number.
func frameSamples(config byte) int {
	const ms = SampleRate / 1000
	switch {
	case config < 12: // SILK
		return []int{10 * ms, 20 * ms, 40 * ms, 60 * ms}[config%4]
	case config < 16: // hybrid
		return []int{10 * ms, 20 * ms}[config%2]
	default: // CELT
		return []int{ms * 5 / 2, 5 * ms, 10 * ms, 20 * ms}[config%4]
	}
}

// Stereo tells whether a packet holds two channels.
func Stereo(packet []byte) bool { return len(packet) > 0 && packet[0]&4 != 0 }

// Silent tells whether a packet holds nothing to hear, which encoders send in
// pauses: two bytes a frame or less, padding apart (RFC 6716, sections 2.1.9 and
// 3.2.5).
func Silent(packet []byte) bool {
	const most = 2
	if len(packet) < 2 {
		return true
	}
	switch packet[0] & 3 {
	case 0:
		return len(packet) <= 1+most
	case 1, 2:
		return len(packet) <= 2+2*most
	}
	frames, rest := int(packet[1]&0x3F), packet[2:]
	padding := 0
	for more := packet[1]&0x40 != 0; more && len(rest) > 0; rest = rest[1:] {
		more = rest[0] == 255 // another byte of the length follows
		padding += int(rest[0])
		if more {
			padding--
		}
	}
	return len(rest)-padding <= frames*most
}

// Duration is how long that many samples last.
func Duration(samples int64) time.Duration {
	return time.Duration(samples) * time.Second / SampleRate
}

// crcTables are for the checksum of Ogg pages: polynomial 0x04C11DB7, not
// reflected (RFC 3533, section 6). The nth is for a byte that n others follow, so
// that four bytes are taken at a time.
var crcTables = func() (tables [4][256]uint32) {
	for i := range tables[0] {
		crc := uint32(i) << 24
		for range 8 {
			if crc&(1<<31) != 0 {
				crc = crc<<1 ^ 0x04C11DB7
			} else {
				crc <<= 1
			}
		}
		tables[0][i] = crc
	}
	for n := 1; n < len(tables); n++ {
		for i, crc := range tables[n-1] {
			tables[n][i] = crc<<8 ^ tables[0][crc>>24]
		}
	}
	return tables
}()

func checksum(page []byte) (crc uint32) {
	for ; len(page) >= 4; page = page[4:] {
		crc ^= binary.BigEndian.Uint32(page)
		crc = crcTables[3][crc>>24] ^ crcTables[2][byte(crc>>16)] ^ crcTables[1][byte(crc>>8)] ^ crcTables[0][byte(crc)]
	}
	for _, b := range page {
		crc = crc<<8 ^ crcTables[0][byte(crc>>24)^b]
	}
	return crc
}

const (
	pageHeader     = 27 // bytes before the segment table
	maxSegments    = 255
	flagContinued  = 1
	flagFirst      = 2
	flagLast       = 4
	headMagic      = "OpusHead"
	tagsMagic      = "OpusTags"
	offsetFlags    = 5
	offsetGranule  = 6
	offsetSerial   = 14
	offsetSequence = 18
	offsetChecksum = 22
	offsetSegments = 26
)
