//go:build linux

package supervise

import (
	"os"
	"reflect"
	"testing"
)

func TestOrders(t *testing.T) {
	want := Process{Argv: []string{"serve"}, User: "nobody", Sysctls: map[string]string{"a.b": "1"}}
	file, err := giveOrders(want)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for range 2 { // a file that one has read is not at its end for the next
		if got, err := readOrders(file); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if _, err := readOrders(null); err == nil {
		t.Error("orders of nobody are taken")
	}
}
