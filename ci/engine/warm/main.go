// An empty module: its first call makes the engine unpack the Go SDK and
// compile what the generated code of every Go module imports.
package main

type Warm struct{}

// Ready says that the engine can run Go modules.
func (Warm) Ready() string { return "ready" }
