package simulator

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// Why an offer from outside is not taken.
var (
	// ErrBadOffer says that an offer can't be read, or has nothing to be taken.
	ErrBadOffer = errors.New("the offer can't be taken")
	// ErrNoCodec says that an offer has no codec that is spoken here.
	ErrNoCodec = errors.New("the offer has no codec that is spoken here")
)

// offered is what a client from outside offers to send, or to receive.
type offered struct {
	webrtc.SessionDescription
	audio, video int   // sections
	vp8          uint8 // the payload type of VP8; 0 without video
}

// spoken are the codecs that are forwarded, by kind of media.
var spoken = map[string]string{"audio": "opus/48000", "video": "VP8/90000"}

// readOffer reads an offer whose client sends, or receives.
func readOffer(text string, sends bool) (offered, error) {
	o := offered{SessionDescription: webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: text}}
	parsed, err := o.Unmarshal()
	if err != nil {
		return o, fmt.Errorf("%w: it is no session description (RFC 8866): %w", ErrBadOffer, err)
	}
	for _, section := range parsed.MediaDescriptions {
		kind := section.MediaName.Media
		if spoken[kind] == "" || !flows(section, sends) {
			continue
		}
		payload, speaks := payloadType(section, spoken[kind])
		if !speaks {
			return o, fmt.Errorf("%w: its %s section needs %s", ErrNoCodec, kind, strings.Split(spoken[kind], "/")[0])
		}
		if kind == "audio" {
			o.audio++
		} else {
			o.video++
			o.vp8 = payload
		}
	}
	return o, o.check(sends)
}

// check refuses what can't be forwarded.
func (o offered) check(sends bool) error {
	switch {
	case o.audio+o.video == 0 && sends:
		return fmt.Errorf("%w: it sends neither audio nor video", ErrBadOffer)
	case o.audio+o.video == 0:
		return fmt.Errorf("%w: it receives neither audio nor video", ErrBadOffer)
	case sends && (o.audio > 1 || o.video > 1):
		return fmt.Errorf("%w: it sends %d audio and %d video sections; a guest has one microphone and one camera", ErrBadOffer, o.audio, o.video)
	}
	return nil
}

// flows says whether a section sends, or receives (RFC 8866, section 6.7).
func flows(section *sdp.MediaDescription, sends bool) bool {
	for _, one := range section.Attributes {
		switch one.Key {
		case sdp.AttrKeySendRecv:
			return true
		case sdp.AttrKeySendOnly:
			return sends
		case sdp.AttrKeyRecvOnly:
			return !sends
		case sdp.AttrKeyInactive:
			return false
		}
	}
	return true // without a word, both
}

// payloadType finds the payload type of a codec (RFC 8866, section 6.6).
func payloadType(section *sdp.MediaDescription, codec string) (payload uint8, found bool) {
	for _, one := range section.Attributes {
		number, name, _ := strings.Cut(one.Value, " ")
		if one.Key != "rtpmap" || len(name) < len(codec) || !strings.EqualFold(name[:len(codec)], codec) {
			continue
		}
		if n, err := strconv.ParseUint(number, 10, 7); err == nil {
			return uint8(n), true
		}
	}
	return 0, false
}

// answerTo answers an offer with tracks of the meeting's. The answer has all of the
// meeting's candidates in it.
func answerTo(peer *webrtc.PeerConnection, offer offered, tracks []*slot) (string, error) {
	if err := peer.SetRemoteDescription(offer.SessionDescription); err != nil {
		return "", fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	for _, track := range tracks {
		if _, err := peer.AddTrack(track); err != nil {
			return "", fmt.Errorf("add a place: %w", err)
		}
	}
	answer, err := peer.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	gathered := webrtc.GatheringCompletePromise(peer)
	if err := peer.SetLocalDescription(answer); err != nil {
		return "", fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	<-gathered
	return peer.LocalDescription().SDP, nil
}
