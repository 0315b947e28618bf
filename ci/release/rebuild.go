package release

import (
	"fmt"
	"strconv"
	"time"
)

// ahead is how much later the second of two builds seems to be: in another year,
// month, day of the month and of the week, hour and minute.
const ahead = 400*24*time.Hour + 5*time.Hour + 7*time.Minute

// Rebuild returns the arguments, NAME=VALUE, of the n-th of several builds that
// share no step and no cache: REBUILD for the steps and the package stores, CACHE
// for those of the application, and from the second on CLOCK. start is another
// for each comparison.
//
//	release.Rebuild(time.Now().UnixNano(), 1)
func Rebuild(start int64, n int) []string {
	id := fmt.Sprintf("reproducible-%d-%d", start, n)
	args := []string{"REBUILD=" + id, "CACHE=" + id}
	if n > 0 {
		args = append(args, "CLOCK="+strconv.FormatInt(ahead.Milliseconds(), 10))
	}
	return args
}
