package simulator

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"runtime/pprof"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
	"github.com/pion/webrtc/v4"
)

// VisitExtension is the RTP header extension (RFC 8285) that says to which
// visit a packet belongs: 4 bytes, big endian, the [meeting.VisitNumber]. A seat
// marks what it sends with its own visit, and what it receives is marked with
// the visit of the receiver.
const VisitExtension = "urn:breakout:rtp-hdrext:visit"

const (
	opusPayloadType = 111
	vp8PayloadType  = 96
	// socketBuffer holds the packets that arrive while the process does
	// something else: the kernel's default drops some of a burst.
	socketBuffer = 4 << 20
	// dtlsRetransmission is short because the first flight of a handshake can
	// come before the other side listens; the default waits a second.
	dtlsRetransmission = 50 * time.Millisecond
	// The times of ICE: a seat that is not heard of is first called disconnected,
	// then failed. Media keeps a path alive as well as keep-alives do.
	iceDisconnected = 10 * time.Second
	iceFailed       = 30 * time.Second
	iceKeepAlive    = 5 * time.Second
)

// The sides of a seat, by which profiles can be told apart: the meeting's, and that
// of who sits there.
const (
	meetingSide = "meeting"
	guestSide   = "guest"
	botSide     = "bot"
)

// onSide runs a function so that everything it starts shows in profiles as of
// one side of a seat, under the label "side".
func onSide(side string, run func()) {
	pprof.Do(context.Background(), pprof.Labels("side", side), func(context.Context) { run() })
}

// side is the side that the client is on.
func (n *session) side() string {
	if n.receive != nil {
		return botSide
	}
	return guestSide
}

// engine makes peer connections: one kind for the meeting's side of a seat, one
// for the client's.
type engine struct {
	network  transport.Net
	announce []string
	logs     pionLogs
	mux      *ice.UDPMuxDefault
	udp      net.PacketConn
	config   webrtc.Configuration
	hub      hub
}

func newEngine(config Config) (*engine, error) {
	e := &engine{network: config.Net, announce: config.Announce, logs: pionLogs{config.Log}}
	if e.network == nil {
		standard, err := stdnet.NewNet()
		if err != nil {
			return nil, fmt.Errorf("look at the machine's network: %w", err)
		}
		e.network = bufferedNet{standard}
	}
	address, err := e.network.ResolveUDPAddr("udp4", config.Listen)
	if err != nil {
		return nil, fmt.Errorf("read the media address %q: %w", config.Listen, err)
	}
	port, err := e.network.ListenUDP("udp4", address)
	if err != nil {
		return nil, fmt.Errorf("listen for media on %s: %w", config.Listen, err)
	}
	e.udp = e.hub.port(port)
	onSide(meetingSide, func() {
		e.mux = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: e.udp, Net: e.network, Logger: e.logs.NewLogger("mux")})
	})
	return e, e.certify()
}

// certify makes the certificate of every peer connection of the process: making
// one for each would cost more than the rest of a join.
func (e *engine) certify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	certificate, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return fmt.Errorf("make a certificate: %w", err)
	}
	e.config = webrtc.Configuration{Certificates: []webrtc.Certificate{*certificate}}
	return nil
}

// forMeeting makes the peer connection of a meeting with a seat.
func (e *engine) forMeeting(in *intake) (*webrtc.PeerConnection, error) {
	return e.atMeeting(e.settings(in))
}

// forOutside makes the peer connection of a meeting with a client that is not ours.
func (e *engine) forOutside(in *intake) (*webrtc.PeerConnection, error) {
	settings := e.settings(in)
	// Every client of WebRTC has the latter (RFC 8827, section 6.5).
	settings.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	return e.atMeeting(settings)
}

// atMeeting makes a peer connection over the meeting's port.
func (e *engine) atMeeting(settings webrtc.SettingEngine) (*webrtc.PeerConnection, error) {
	settings.SetICEUDPMux(e.mux)
	if len(e.announce) > 0 {
		rule := webrtc.ICEAddressRewriteRule{External: e.announce, AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace}
		if err := settings.SetICEAddressRewriteRules(rule); err != nil {
			return nil, fmt.Errorf("announce %v: %w", e.announce, err)
		}
	}
	return e.peer(settings)
}

// forClient makes the peer connection of a seat with its meeting, over a line.
func (e *engine) forClient(in *intake, over *line) (*webrtc.PeerConnection, error) {
	settings := e.settings(in)
	settings.SetNet(network{e.network, over, &e.hub})
	return e.peer(settings)
}

// settings are what both sides of a seat have in common.
func (e *engine) settings(in *intake) webrtc.SettingEngine {
	s := webrtc.SettingEngine{LoggerFactory: e.logs, BufferFactory: in.buffer}
	s.SetFireOnTrackBeforeFirstRTP(true) // nothing is to be read from a track
	s.SetNet(e.network)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.DisableActiveTCP(true)
	s.SetDTLSInsecureSkipHelloVerify(true) // saves a round trip; the offer has authenticated the peer
	s.SetDTLSRetransmissionInterval(dtlsRetransmission)
	s.SetPrflxAcceptanceMinWait(0)
	s.SetICETimeouts(iceDisconnected, iceFailed, iceKeepAlive)
	s.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM)
	if address, ok := e.udp.LocalAddr().(*net.UDPAddr); ok && address.IP.IsLoopback() {
		s.SetIncludeLoopbackCandidate(true)
		s.SetIPFilter(net.IP.IsLoopback)
	}
	return s
}

func (e *engine) peer(settings webrtc.SettingEngine) (*webrtc.PeerConnection, error) {
	media := &webrtc.MediaEngine{}
	opus := webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
		},
		PayloadType: opusPayloadType,
	}
	if err := media.RegisterCodec(opus, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, fmt.Errorf("register Opus: %w", err)
	}
	vp8 := webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeVP8, ClockRate: videoClock, RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack", Parameter: "pli"}},
		},
		PayloadType: vp8PayloadType,
	}
	if err := media.RegisterCodec(vp8, webrtc.RTPCodecTypeVideo); err != nil {
		return nil, fmt.Errorf("register VP8: %w", err)
	}
	for _, extension := range []struct {
		uri  string
		kind webrtc.RTPCodecType
	}{{VisitExtension, webrtc.RTPCodecTypeAudio}, {VisitExtension, webrtc.RTPCodecTypeVideo}, {LevelExtension, webrtc.RTPCodecTypeAudio}} {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extension.uri}, extension.kind); err != nil {
			return nil, fmt.Errorf("register %s: %w", extension.uri, err)
		}
	}
	// No interceptors: on the paths of a simulated meeting nothing is resent or
	// paced, and each would cost time for every packet.
	api := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	return api.NewPeerConnection(e.config)
}

// learn notes what the peers have agreed on, before any media can come.
func (i *intake) learn(peer *webrtc.PeerConnection) {
	for _, transceiver := range peer.GetTransceivers() {
		if receiver := transceiver.Receiver(); receiver != nil {
			extensions := receiver.GetParameters().HeaderExtensions
			if id := extensionID(extensions, VisitExtension); id != 0 {
				i.visit.Store(uint32(id))
			}
			if id := extensionID(extensions, LevelExtension); id != 0 {
				i.level.Store(uint32(id))
			}
		}
	}
}

// extensionID finds the number that the peers agreed on for a header extension;
// 0 when they did not.
func extensionID(extensions []webrtc.RTPHeaderExtensionParameter, uri string) uint8 {
	for _, extension := range extensions {
		if extension.URI == uri {
			return uint8(extension.ID)
		}
	}
	return 0
}

func (e *engine) close() error {
	// Closing the mux closes its socket.
	if err := e.mux.Close(); err != nil {
		return fmt.Errorf("close the media port: %w", err)
	}
	return nil
}

// bufferedNet is the machine's network with larger socket buffers.
type bufferedNet struct{ *stdnet.Net }

func (n bufferedNet) ListenUDP(network string, address *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := net.ListenUDP(network, address)
	if err != nil {
		return nil, err
	}
	// The kernel gives as much as its limits allow and says nothing when it is less.
	_ = conn.SetReadBuffer(socketBuffer)
	_ = conn.SetWriteBuffer(socketBuffer)
	return conn, nil
}

var _ transport.Net = bufferedNet{}

// discard is the log of a simulator that was given none.
func discard(log *slog.Logger) *slog.Logger {
	if log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return log
}
