package scenario

import (
	"fmt"

	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// newRooms reads the names of rooms that the host adds, or how many there are.
func (r *reader) newRooms(n *yaml.Node) []string {
	if n.Kind != yaml.ScalarNode {
		return r.texts(n, "create_rooms")
	}
	count := r.number(n, "create_rooms", 1)
	if count > meeting.MaxRooms {
		r.fault(n, "A meeting can have %d breakout rooms; these are %d.", meeting.MaxRooms, count)
		return nil
	}
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("Room %d", i+1)
	}
	return names
}
