package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/dispatch"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
)

// targetFlags say whose bots are tested, and how they reach the meeting.
type targetFlags struct {
	Target        string        `help:"Test the bots of another program: it is asked at this URL to send them, as docs/protocol.md says. Time is that of the wall then."`
	Secret        string        `name:"target-secret" help:"The secret that requests to the target are signed by, as webhooks are: whsec_… or whsk_…. Give it by the environment, as flags can be seen by all users of a machine." env:"BREAKOUT_TARGET_SECRET"`
	JoinWithin    time.Duration `name:"target-join-within" help:"How long a bot of the target may take to its seat." default:"15s"`
	MoveWithin    time.Duration `name:"target-move-within" help:"How long a bot of the target may take to a room that it is sent to." default:"5s"`
	Listen        string        `help:"The TCP address at which the target's bots reach the meeting." default:"127.0.0.1:0"`
	PublicURL     string        `help:"The address that links to the meeting begin with, where it differs from that."`
	MediaListen   string        `help:"The UDP address that media of the target's bots goes over." default:"127.0.0.1:0"`
	MediaAnnounce []string      `help:"The IP addresses at which they reach the media port, where they differ from its own."`
}

// open makes the target; nil when there is none.
func (f targetFlags) open() (*dispatch.Target, error) {
	if f.Target == "" {
		return nil, nil //nolint:nilnil // the server's own bots are meant
	}
	target, err := dispatch.New(f.Target, f.Secret)
	if err != nil {
		return nil, err
	}
	target.JoinWithin, target.MoveWithin = f.JoinWithin, f.MoveWithin
	return target, nil
}

// reach has the server be where the target's bots find it.
func (f targetFlags) reach(c *server.Config) {
	c.Listen, c.PublicURL = f.Listen, f.PublicURL
	c.Media = server.Media{Listen: f.MediaListen, Announce: f.MediaAnnounce}
}

// speed is the time to play in.
func (c testCommand) speed() (string, error) {
	switch {
	case c.Target.Target == "" && c.Time == "":
		return "virtual", nil
	case c.Target.Target != "" && c.Time == "virtual":
		return "", errors.New("the bots of a target come from outside, where time does not wait for them: leave --time virtual out")
	case c.Target.Target != "" && c.Shrink.Shrink:
		return "", errors.New("--shrink plays in virtual time, where a target's bots can't come: leave it out")
	case c.Target.Target != "":
		return "wall", nil
	}
	return c.Time, nil
}

// printTarget prints what is known of a target's bots, and what is not.
func printTarget(out io.Writer, target *scenario.TargetReport) {
	if target == nil {
		return
	}
	fmt.Fprintf(out, "    bots of %s\n", target.URL)
	if len(target.LeftOut) > 0 {
		fmt.Fprintf(out, "    left out, as nobody outside of the target knows: %s\n", strings.Join(target.LeftOut, ", "))
	}
}
