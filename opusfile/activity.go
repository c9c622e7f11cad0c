package opusfile

// Activity judges which packets of one sender carry speech. The zero value is ready.
type Activity struct {
	// tells says that the sender itself tells when it speaks.
	tells bool
}

// Speech says whether a packet carries speech. The sender's own word, which is the
// voice activity flag of RFC 6464, counts from the first time that it gives one; until
// then, whatever is more than the frame of silence that senders fill pauses with (RFC
// 7587, section 3.1.3).
func (a *Activity) Speech(flagged bool, packet []byte) bool {
	a.tells = a.tells || flagged
	return flagged || !a.tells && !Silent(packet)
}
