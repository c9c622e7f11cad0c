package scenario

import (
	"fmt"
	"strconv"

	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// newRooms reads the names of rooms that the host adds, or how many there are.
func (r *reader) newRooms(n *yaml.Node) []string {
	if n.Kind != yaml.ScalarNode {
		return r.texts(n, "create_rooms")
	}
	count, err := strconv.Atoi(n.Value)
	if err != nil || count < 1 || count > meeting.MaxRooms {
		r.fault(n, "create_rooms must be a list of names, such as [Red, Blue], or how many rooms, 1 to %d; this is %q.", meeting.MaxRooms, n.Value)
		return nil
	}
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("Room %d", i+1)
	}
	return names
}
