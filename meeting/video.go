package meeting

// VideoChoice is what of people's video a bot records.
type VideoChoice string

// A bot that is told nothing records voices alone: video costs many times as much.
const (
	VideoNone    VideoChoice = "NONE"
	VideoCameras VideoChoice = "CAMERAS"
	VideoScreens VideoChoice = "SCREENS"
	VideoAll     VideoChoice = "ALL"
)

// VideoChoices lists the choices.
func VideoChoices() []VideoChoice {
	return []VideoChoice{VideoNone, VideoCameras, VideoScreens, VideoAll}
}

// Kinds are what has to be looked at for the choice.
func (c VideoChoice) Kinds() []MediaKind {
	switch c {
	case VideoCameras:
		return []MediaKind{KindCamera}
	case VideoScreens:
		return []MediaKind{KindScreen}
	case VideoAll:
		return []MediaKind{KindCamera, KindScreen}
	}
	return nil
}
