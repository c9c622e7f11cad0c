package simulator

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// keyframeGap is the least time between two requests to one sender: a keyframe is
// as large as many other frames.
const keyframeGap = 500 * time.Millisecond

// keyframes asks the sender of video for keyframes, without which nobody can begin
// to look (RFC 4585, section 6.3.1). Who wants one within [keyframeGap] of the last
// request is served when that is over.
type keyframes struct {
	// ask must not block.
	ask    func(ssrc uint32)
	wanted atomic.Bool
	// ssrc is the sender's stream; 0 before the first packet, which begins with a
	// keyframe anyway.
	ssrc atomic.Uint32

	mu    sync.Mutex
	asked time.Time
}

// want asks for a keyframe.
func (k *keyframes) want() {
	if k == nil {
		return // of a voice
	}
	k.wanted.Store(true)
	k.serve()
}

// passing takes note that a packet of the sender is about to be forwarded.
func (k *keyframes) passing(packet *received) {
	switch {
	case k == nil:
	case k.ssrc.Load() == 0:
		k.wanted.Store(false)
		k.ssrc.Store(packet.SSRC)
	case k.wanted.Load():
		k.serve()
	}
}

func (k *keyframes) serve() {
	k.mu.Lock()
	defer k.mu.Unlock()
	ssrc := k.ssrc.Load()
	if ssrc == 0 || time.Since(k.asked) < keyframeGap || !k.wanted.Swap(false) {
		return
	}
	k.asked = time.Now()
	k.ask(ssrc)
}

// requestKeyframe sends a request over a peer connection to the sender of a stream.
func requestKeyframe(peer *webrtc.PeerConnection, ssrc uint32) {
	// A request that gets lost, as on a connection that is going away, costs a
	// wait for the next keyframe.
	_ = peer.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}})
}

// requests stands where pion has a buffer for what receivers report of one stream.
type requests struct {
	ending
	keyframe func(ssrc uint32)
}

// Write takes what one packet reports.
func (r *requests) Write(b []byte) (int, error) {
	packets, err := rtcp.Unmarshal(b)
	if err != nil {
		return 0, fmt.Errorf("read a report: %w", err)
	}
	for _, packet := range packets {
		if lost, isRequest := packet.(*rtcp.PictureLossIndication); isRequest {
			r.keyframe(lost.MediaSSRC)
		}
	}
	return len(b), nil
}

// ending is the end of a stream from which there is nothing to read.
type ending struct {
	closed chan struct{}
	once   sync.Once
}

// Read waits for the end of the stream.
func (e *ending) Read([]byte) (int, error) {
	<-e.closed
	return 0, io.EOF
}

// Close ends the stream.
func (e *ending) Close() error {
	e.once.Do(func() { close(e.closed) })
	return nil
}
