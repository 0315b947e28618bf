package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Each command shows how it is called, with its own name.
func TestExamples(t *testing.T) {
	seen := 0
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		seen++
		if !strings.Contains(c.Example, "  "+c.CommandPath()+" ") && !strings.HasSuffix(c.Example, "  "+c.CommandPath()) {
			t.Errorf("%s: the examples do not show it: %q", c.CommandPath(), c.Example)
		}
		for _, sub := range c.Commands() {
			look(sub)
		}
	}
	look(rootCommand())
	if seen < 20 {
		t.Errorf("only %d commands", seen)
	}
}
