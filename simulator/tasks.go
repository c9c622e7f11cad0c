package simulator

import "sync"

// tasks waits for work that others may begin at any time: after finish, nothing
// begins any more.
type tasks struct {
	mu       sync.Mutex
	finished bool
	running  sync.WaitGroup
}

// begin says whether work may begin; done must follow when it does.
func (t *tasks) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.finished {
		t.running.Add(1)
	}
	return !t.finished
}

func (t *tasks) done() { t.running.Done() }

// finish lets nothing begin any more and waits for what has.
func (t *tasks) finish() {
	t.mu.Lock()
	t.finished = true
	t.mu.Unlock()
	t.running.Wait()
}
