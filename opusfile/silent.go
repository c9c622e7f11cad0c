package opusfile

// silentFrame is how many bytes a frame has that tells of silence, at most: those of
// [Silence], and what encoders send now and then while nobody speaks (RFC 6716,
// section 2.1.9).
const silentFrame = 2

// Silent says whether a packet holds nothing to hear. Padding does not count.
func Silent(packet []byte) bool {
	frames, size := frames(packet)
	return size <= silentFrame*frames
}

// frames counts the frames of a packet and their bytes together, as its first bytes
// tell (RFC 6716, section 3.2).
func frames(packet []byte) (count, size int) {
	switch {
	case len(packet) == 0:
		return 0, 0
	case packet[0]&3 == 0:
		return 1, len(packet) - 1
	case packet[0]&3 != 3:
		return 2, len(packet) - 1
	case len(packet) < 2:
		return 0, 0
	}
	const padded = 1 << 6
	head, rest := packet[1], packet[2:]
	size = len(rest)
	for more := head&padded != 0; more && len(rest) > 0; rest = rest[1:] {
		// 255 stands for 254 bytes of padding and another length.
		more = rest[0] == 255
		size -= 1 + min(int(rest[0]), 254)
	}
	return int(head & 0x3F), max(size, 0)
}
