package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/octocode/octocode-ci/ci/report"
	"github.com/spf13/cobra"
)

// verdictCommand shows a report that was exported, and ends as its verdict says.
func verdictCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verdict DIR",
		Short: "Print the exported report of a run; exit code 1 unless it passed",
		Example: "  dagger call ci directory export --path build/ci\n" +
			"  octocode verdict build/ci",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			text, err := os.ReadFile(filepath.Join(args[0], "summary.txt"))
			if err != nil {
				return fmt.Errorf("no report in %s: export one with `dagger call ci directory export --path %s`", args[0], args[0])
			}
			data, err := os.ReadFile(filepath.Join(args[0], "summary.json"))
			if err != nil {
				return fmt.Errorf("no summary.json in %s: export the report again", args[0])
			}
			var summary struct {
				Verdict report.Status `json:"verdict"`
			}
			if err := json.Unmarshal(data, &summary); err != nil {
				return fmt.Errorf("%s/summary.json is damaged: export the report again", args[0])
			}
			fmt.Fprint(c.OutOrStdout(), string(text))
			if summary.Verdict != report.Passed {
				return errors.New("the run has not passed; reports are in " + args[0])
			}
			return nil
		},
	}
}
