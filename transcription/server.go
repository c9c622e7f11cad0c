package transcription

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"time"
)

const (
	// path is where the API transcribes, below its address.
	path = "/v1/audio/transcriptions"
	// maxAnswer bounds an answer, in bytes.
	maxAnswer = 1 << 20
	// maxPatience bounds how long a server can ask to be left alone.
	maxPatience = time.Minute
)

// answer is what the server makes of an utterance: `verbose_json` of the API. Times
// are seconds from the beginning of the audio.
type answer struct {
	Text     string    `json:"text"`
	Language string    `json:"language"`
	Words    []timed   `json:"words"`
	Segments []passage `json:"segments"`
}

// timed is a word and when it was said.
type timed struct {
	Word  string  `json:"word"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// passage is a part of the text. Some servers tell the times of words here.
type passage struct {
	Text  string  `json:"text"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	Words []timed `json:"words"`
}

// failure is why there is no answer.
type failure struct {
	// sentence is for people.
	sentence string
	// passing says that it may go better the next time, not before after.
	passing bool
	after   time.Duration
}

func (f failure) Error() string { return f.sentence }

// transcribe has the server transcribe Opus audio in an Ogg file. What may go
// better the next time is tried again, later each time.
func (s *Service) transcribe(ctx context.Context, audio []byte, language string) (answer, error) {
	pause := firstPause
	for attempt := 1; ; attempt++ {
		got, err := s.ask(ctx, audio, language)
		var failed failure
		if err == nil || !errors.As(err, &failed) || !failed.passing || attempt == s.config.Attempts {
			return got, err
		}
		s.config.Log.Info("an utterance was not transcribed and is tried again", "attempt", attempt, "error", err)
		timer := time.NewTimer(max(pause, failed.after))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return got, err
		}
		pause *= 2
	}
}

// ask asks once.
func (s *Service) ask(ctx context.Context, audio []byte, language string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	request, err := s.request(ctx, audio, language)
	if err != nil {
		return answer{}, err
	}
	response, err := s.http.Do(request)
	if err != nil {
		return answer{}, s.unanswered(ctx, err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	if response.StatusCode != http.StatusOK {
		return answer{}, refusal(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return answer{}, s.unanswered(ctx, err)
	}
	var got answer
	if len(body) > maxAnswer || json.Unmarshal(body, &got) != nil {
		return answer{}, failure{"The server that transcribes answered something that is no transcription.", true, 0}
	}
	return got, nil
}

// request makes a request as the API wants it
// (https://platform.openai.com/docs/api-reference/audio/createTranscription).
func (s *Service) request(ctx context.Context, audio []byte, language string) (*http.Request, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="utterance.ogg"`}, "Content-Type": {"audio/ogg"},
	})
	if err == nil {
		_, err = part.Write(audio)
	}
	fields := [][2]string{{"model", s.config.Model}, {"response_format", "verbose_json"}, {"timestamp_granularities[]", "word"}}
	if language != "" {
		fields = append(fields, [2]string{"language", language})
	}
	for _, field := range fields {
		err = errors.Join(err, form.WriteField(field[0], field[1]))
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return nil, fmt.Errorf("write a request to transcribe: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address, &body)
	if err != nil {
		return nil, fmt.Errorf("make a request to transcribe: %w", err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	if s.config.Key != "" {
		request.Header.Set("Authorization", "Bearer "+s.config.Key)
	}
	return request, nil
}

// unanswered says why there was no answer at all.
func (s *Service) unanswered(ctx context.Context, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return failure{fmt.Sprintf("The server that transcribes did not answer within %s.", s.config.Timeout), true, 0}
	case ctx.Err() != nil:
		return failure{"The bot's work ended before the utterance was transcribed.", false, 0}
	}
	s.config.Log.Info("the server that transcribes can't be reached", "error", err)
	return failure{"The server that transcribes could not be reached.", true, 0}
}

// refusal says what a server answered that did not transcribe. It is not followed to
// other addresses.
func refusal(response *http.Response) error {
	failed := failure{sentence: fmt.Sprintf("The server that transcribes answered %d %s.", response.StatusCode, http.StatusText(response.StatusCode))}
	switch code := response.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= http.StatusInternalServerError:
		failed.passing, failed.after = true, retryAfter(response.Header.Get("Retry-After"))
	}
	return failed
}

// retryAfter reads when to come back: in seconds, or at a time (RFC 9110, section
// 10.2.3).
func retryAfter(header string) time.Duration {
	seconds, err := strconv.Atoi(header)
	wait := time.Duration(seconds) * time.Second
	if err != nil {
		at, err := http.ParseTime(header)
		if err != nil {
			return 0
		}
		wait = time.Until(at)
	}
	return min(max(wait, 0), maxPatience)
}
