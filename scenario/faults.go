package scenario

import (
	"net/http"
	"time"

	"github.com/breakoutrooms/breakout/simulator"
)

// whole is a share of all.
const whole = 1.0

// faultKinds are all kinds of faults.
func faultKinds() []faultKind {
	var list []faultKind
	list = append(list, networkFaults()...)
	list = append(list, lineFaults()...)
	list = append(list, webhookFaults()...)
	return append(list, raceFaults()...)
}

// networkFaults are what is wrong with packets and signals for a while.
func networkFaults() []faultKind {
	lasting := []string{"who", "from", "for"}
	kind := func(name, what string, keys, needs []string, trouble func(faultFields) simulator.Trouble) faultKind {
		return faultKind{name: name, what: what, keys: append(append(keys, needs...), lasting...), needs: needs, make: func(f faultFields) Fault {
			t := trouble(f)
			t.Up, t.Down = f.way == "up", f.way == "down"
			return Fault{troubles: []simulator.Trouble{t}}
		}}
	}
	way := []string{"way"}
	return []faultKind{
		kind("packet_loss", "packets get lost", []string{"way", "burst"}, []string{"share"}, func(f faultFields) simulator.Trouble {
			return simulator.Trouble{Loss: f.share, Burst: f.burst}
		}),
		kind("delay", "packets take longer", way, []string{"by"}, func(f faultFields) simulator.Trouble { return simulator.Trouble{Delay: f.by} }),
		kind("jitter", "packets take longer, each another time", way, []string{"by"}, func(f faultFields) simulator.Trouble { return simulator.Trouble{Jitter: f.by} }),
		kind("reordering", "packets overtake others", way, []string{"share"}, func(f faultFields) simulator.Trouble { return simulator.Trouble{Reordered: f.share} }),
		kind("duplication", "packets come twice", way, []string{"share"}, func(f faultFields) simulator.Trouble { return simulator.Trouble{Doubled: f.share} }),
		kind("bandwidth", "the network is narrow", way, []string{"kbit"}, func(f faultFields) simulator.Trouble { return simulator.Trouble{Rate: 1000 * f.kbit} }),
		kind("no_udp", "the network lets no UDP socket be opened", nil, nil, func(faultFields) simulator.Trouble { return simulator.Trouble{NoSockets: true} }),
		kind("no_relay", "a firewall lets no packet through, and there is no TURN server", nil, nil, func(faultFields) simulator.Trouble { return simulator.Trouble{Loss: whole} }),
		kind("ice_failure", "ICE's checks get lost", nil, nil, func(faultFields) simulator.Trouble {
			return simulator.Trouble{Loss: whole, Only: simulator.Checks}
		}),
		kind("handshake_loss", "packets of DTLS handshakes get lost", nil, []string{"share"}, func(f faultFields) simulator.Trouble {
			return simulator.Trouble{Loss: f.share, Only: simulator.Handshakes}
		}),
		kind("signal_delay", "signals take longer", nil, []string{"by"}, func(f faultFields) simulator.Trouble { return simulator.Trouble{Signals: f.by} }),
		{name: "partition", what: "media does not pass between two sides", keys: []string{"between", "from", "for"}, needs: []string{"between"}, make: partition},
	}
}

// partition has two sides hear and see nothing of each other, as when the link between
// two of a platform's regions is lost; signals pass.
func partition(f faultFields) Fault {
	if len(f.sides) != 2 {
		return Fault{}
	}
	return Fault{troubles: []simulator.Trouble{
		{Who: f.sides[0], From: f.sides[1], Loss: whole}, {Who: f.sides[1], From: f.sides[0], Loss: whole},
	}}
}

// lineFaults are what happens to the lines of people and bots, once or again and again.
func lineFaults() []faultKind {
	cut := func(name, what string, of simulator.Cutting) faultKind {
		return faultKind{name: name, what: what, keys: []string{"who", "from", "for", "every"}, needs: []string{"for"}, make: func(faultFields) Fault {
			return Fault{strike: func(p *player, who []string, f Fault) {
				p.onPresent(who, func(one present) error { return p.Simulator.CutOnly(p.meeting, one.id, f.For, of) })
			}}
		}}
	}
	again := []string{"who", "from", "every"}
	return []faultKind{
		cut("outage", "nothing passes", simulator.CutAll),
		cut("signal_cut", "no signals pass, and media goes on", simulator.CutSignals),
		cut("media_cut", "no media passes, and signals go on", simulator.CutMedia),
		{name: "new_address", what: "the client gets another address, and finds a new way", keys: again, make: func(faultFields) Fault {
			return Fault{strike: func(p *player, who []string, _ Fault) {
				p.onPresent(who, func(one present) error { return p.Simulator.ChangeAddress(p.meeting, one.id) })
			}}
		}},
		{name: "nat_rebinding", what: "a NAT forgets the client, which does not know it", keys: again, make: func(faultFields) Fault {
			return Fault{strike: func(p *player, who []string, _ Fault) {
				p.onPresent(who, func(one present) error { return p.Simulator.Rebind(p.meeting, one.id) })
			}}
		}},
		{name: "restart", what: "the meeting's server restarts", keys: []string{"from", "for"}, needs: []string{"for"}, make: func(faultFields) Fault {
			return Fault{strike: (*player).restart}
		}},
		{name: "clock_skew", what: "the clock is wrong", keys: []string{"who", "ppm"}, needs: []string{"ppm"}, make: func(f faultFields) Fault { return Fault{skew: f.ppm} }},
	}
}

// The defaults of faults of webhooks.
const (
	longHold    = 2 * time.Second
	shortPause  = 3 * time.Second
	beyondLimit = 30 * time.Second // longer than a sender waits for an answer
)

// webhookFaults are what becomes of webhooks on their way to an application.
func webhookFaults() []faultKind {
	kind := func(name, what string, relay relayFault, keys ...string) faultKind {
		return faultKind{name: name, what: what, keys: append(keys, "share", "from", "for"), make: func(f faultFields) Fault {
			one := relay
			if one.share = f.share; f.share == 0 {
				one.share = whole
			}
			if f.by > 0 {
				one.by = f.by
			}
			if f.status > 0 {
				one.status = f.status
			}
			return Fault{relay: &one}
		}}
	}
	return []faultKind{
		kind("webhooks_dropped", "webhooks' connections break", relayFault{does: relayBreaks}),
		kind("webhooks_swallowed", "webhooks are answered with 200 and never come", relayFault{does: relaySwallows}),
		kind("webhooks_doubled", "webhooks come twice", relayFault{does: relayDoubles}),
		kind("webhooks_reordered", "webhooks come after later ones", relayFault{does: relayPostpones, by: longHold}, "by"),
		kind("webhooks_delayed", "webhooks take long", relayFault{does: relayDelays, by: longHold}, "by"),
		kind("webhooks_unanswered", "webhooks come, and their answers do not", relayFault{does: relayIgnores, by: beyondLimit}, "by"),
		kind("webhooks_429", "webhooks are too many", relayFault{does: relayRefuses, status: http.StatusTooManyRequests, by: shortPause}, "by"),
		kind("webhooks_5xx", "webhooks are answered with an error", relayFault{does: relayRefuses, status: http.StatusServiceUnavailable}, "status"),
	}
}
