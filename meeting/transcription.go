package meeting

// Transcription says how what a bot hears becomes text.
type Transcription struct {
	// Source defaults to the meeting's captions.
	Source TranscriptionSource `json:"source,omitempty"`
	// Language is what people speak, as a tag such as en or pt-BR (BCP 47), for
	// servers that transcribe. They find out by themselves when it is empty.
	Language string `json:"language,omitempty"`
	// Partial has those who watch see sentences while they are being said.
	Partial bool `json:"partial,omitempty"`
}

// TranscriptionSource is where the text of what is said comes from.
type TranscriptionSource string

// Text comes from the platform, from a server that the audio is sent to, or from
// nowhere.
const (
	FromCaptions TranscriptionSource = "CAPTIONS"
	FromServer   TranscriptionSource = "SERVER"
	FromNowhere  TranscriptionSource = "NONE"
)

// ByCaptions says whether the text is that of the platform's captions.
func (t Transcription) ByCaptions() bool { return t.Source == "" || t.Source == FromCaptions }
