package meeting

import "strings"

// ListenerID counts a meeting's listeners, from 1. It is never used again.
type ListenerID int

// Listeners are who hears rooms without being in them, and which.
type Listeners struct {
	In map[ListenerID]RoomID
	// Latest is the number of the latest one.
	Latest ListenerID
}

type (
	// StartListening has somebody who is no participant hear a room.
	StartListening struct {
		Actor
		Room RoomID
	}

	// StopListening ends that.
	StopListening struct {
		Actor
		Listener ListenerID
		Cause    LeaveCause // LeftByChoice when empty
	}
)

// Facts about listeners. The room that is heard stands on the event.
type (
	// ListeningStarted says that somebody hears the event's room from now on without
	// being a participant.
	ListeningStarted struct {
		Listener ListenerID `json:"listener"`
	}
	// ListeningStopped ends that.
	ListeningStopped struct {
		Listener ListenerID `json:"listener"`
		Cause    LeaveCause `json:"cause"`
	}
)

func (d *decision) startListening(c StartListening) error {
	room, err := d.room(c.Room)
	switch {
	case err != nil:
		return err
	case !room.live():
		return RefuseForNow(CodeRoomNotOpen, []string{"roomId"}, "Room %q is %s, so nobody is there to listen to.", room.Name, strings.ToLower(string(room.State)))
	}
	d.emit(room.Ref(), nil, ListeningStarted{Listener: d.state.Listeners.Latest + 1})
	return nil
}

func (d *decision) stopListening(c StopListening) error {
	if c.Cause == "" {
		c.Cause = LeftByChoice
	}
	in, listens := d.state.Listeners.In[c.Listener]
	if !listens {
		return Refuse(CodeParticipantAbsent, []string{"listener"}, "Listener %d listens no more.", c.Listener)
	}
	room, _ := d.state.Room(in)
	d.emit(room.Ref(), nil, ListeningStopped{Listener: c.Listener, Cause: c.Cause})
	return nil
}

// silence ends all listening to a room.
func (d *decision) silence(room Room, cause LeaveCause) {
	for id := ListenerID(1); id <= d.state.Listeners.Latest; id++ { // in their order
		if d.state.Listeners.In[id] == room.ID {
			d.emit(room.Ref(), nil, ListeningStopped{Listener: id, Cause: cause})
		}
	}
}

func (s *State) foldListening(e Event) {
	switch fact := e.Fact.(type) {
	case ListeningStarted:
		if s.Listeners.In == nil {
			s.Listeners.In = make(map[ListenerID]RoomID)
		}
		s.Listeners.In[fact.Listener], s.Listeners.Latest = e.Room.ID, fact.Listener
	case ListeningStopped:
		delete(s.Listeners.In, fact.Listener)
	}
}
