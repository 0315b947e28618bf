package scan

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

const security = "../../docker/security"

// falcoItem is an entry of a rules file: a rule, a macro, a list, or what the
// file needs.
type falcoItem struct {
	Rule      string `yaml:"rule"`
	Macro     string `yaml:"macro"`
	List      string `yaml:"list"`
	Plugins   []any  `yaml:"required_plugin_versions"`
	Desc      string `yaml:"desc"`
	Condition string `yaml:"condition"`
	Output    string `yaml:"output"`
	Priority  string `yaml:"priority"`
	Items     []any
	Tags      []string
}

func readFalco(t *testing.T, name string, into any) {
	t.Helper()
	file, err := os.Open(filepath.Join(security, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// Conditions parse; fields, macros, lists and priorities exist; none is unused.
func TestFalcoRules(t *testing.T) {
	var items []falcoItem
	readFalco(t, "falco_rules.yaml", &items)
	r := falcoRules{fields: falcoFields(t), macros: map[string]falcoItem{}, lists: map[string]falcoItem{}, used: map[string]bool{}}
	rules := map[string]falcoItem{}
	for _, item := range items {
		switch {
		case item.Macro != "":
			r.macros[item.Macro] = item
		case item.List != "":
			r.lists[item.List] = item
		case item.Rule != "":
			if rules[item.Rule].Rule != "" {
				t.Errorf("rule %q stands here twice: the second replaces the first", item.Rule)
			}
			rules[item.Rule] = item
		case item.Plugins == nil:
			t.Errorf("%+v is no rule, macro or list", item)
		}
	}
	check := func(owner, condition string) {
		if err := r.check(condition); err != nil {
			t.Errorf("%s: %v", owner, err)
		}
	}
	for name, macro := range r.macros {
		check("macro "+name, macro.Condition)
	}
	priorities := []string{"EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFORMATIONAL", "DEBUG"}
	for name, rule := range rules {
		check("rule "+name, rule.Condition)
		if !strings.Contains(rule.Condition, "octocode") {
			t.Errorf("rule %s is not kept to our services", name)
		}
		if !strings.Contains(rule.Condition, "evt.type") && !regexp.MustCompile(`\b(process_started|shell_started|file_read|file_written)\b`).MatchString(rule.Condition) {
			t.Errorf("rule %s names no type of event: Falco would look at all", name)
		}
		if rule.Desc == "" || len(rule.Tags) == 0 {
			t.Errorf("rule %s has no desc or no tags", name)
		}
		if !slices.Contains(priorities, rule.Priority) {
			t.Errorf("rule %s: priority %q is none", name, rule.Priority)
		}
		outputs := regexp.MustCompile(`%([a-z0-9_.]+)(\[\w+\])?`).FindAllStringSubmatch(rule.Output, -1)
		if len(outputs) < 3 {
			t.Errorf("rule %s: the output says too little: %s", name, rule.Output)
		}
		for _, field := range outputs {
			if err := r.field(field[1] + field[2]); err != nil {
				t.Errorf("rule %s: output: %v", name, err)
			}
		}
	}
	for _, all := range []map[string]falcoItem{r.macros, r.lists} {
		for name := range all {
			if !r.used[name] {
				t.Errorf("%s is used by nothing", name)
			}
		}
	}
	if len(rules) < 5 {
		t.Errorf("only %d rules", len(rules))
	}
}

// Every service that the rules name is one of production, and each of
// production that stays up is watched.
func TestFalcoKnowsTheServices(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(security, "falco_rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, name := range regexp.MustCompile(`"(oc_[a-z]+)"`).FindAllStringSubmatch(string(data), -1) {
		named[name[1]] = true
	}
	for service := range composeServices(t, "../docker-compose.stack.yml") {
		if !named[service] {
			t.Errorf("no rule watches %s", service)
		}
		delete(named, service)
	}
	for service := range named {
		t.Errorf("the rules name %s, which is no service of production", service)
	}
}

func composeServices(t *testing.T, name string) map[string]map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(security, name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]map[string]any `yaml:"services"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Services
}

// The configuration loads our rules from where Compose mounts them, and all
// that it mounts of ours exists.
func TestFalcoConfiguration(t *testing.T) {
	var config struct {
		RulesFiles  []string `yaml:"rules_files"`
		LoadPlugins []string `yaml:"load_plugins"`
		Engine      struct {
			Kind string
			EBPF map[string]int `yaml:"modern_ebpf"`
		}
		Plugins []struct {
			Name string
			Path string         `yaml:"library_path"`
			Init map[string]any `yaml:"init_config"`
		}
		JSON       bool            `yaml:"json_output"`
		JSONOutput bool            `yaml:"json_include_output_property"`
		JSONTags   bool            `yaml:"json_include_tags_property"`
		Priority   string          `yaml:"priority"`
		Buffered   bool            `yaml:"buffered_outputs"`
		Stdout     map[string]bool `yaml:"stdout_output"`
		Syslog     map[string]bool `yaml:"syslog_output"`
		File       map[string]bool `yaml:"file_output"`
		HTTP       map[string]bool `yaml:"http_output"`
		Program    map[string]bool `yaml:"program_output"`
		Web        map[string]bool `yaml:"webserver"`
		LogStderr  bool            `yaml:"log_stderr"`
		LogSyslog  bool            `yaml:"log_syslog"`
		LogLevel   string          `yaml:"log_level"`
		Watch      bool            `yaml:"watch_config_files"`
		Drops      map[string]any  `yaml:"syscall_event_drops"`
	}
	readFalco(t, "falco.yaml", &config)
	if config.Engine.Kind != "modern_ebpf" || !config.Stdout["enabled"] || !config.JSON || config.Priority != "notice" {
		t.Errorf("configuration: %+v", config)
	}
	if len(config.LoadPlugins) != 1 || len(config.Plugins) != 1 || config.LoadPlugins[0] != config.Plugins[0].Name {
		t.Errorf("plugins: %v of %v", config.LoadPlugins, config.Plugins)
	}
	falco := composeServices(t, "docker-compose.security.yml")["oc_falco"]
	mounted := map[string]bool{}
	volumes, _ := falco["volumes"].([]any)
	for _, volume := range volumes {
		from, to, _ := strings.Cut(fmt.Sprint(volume), ":")
		to, readOnly := strings.CutSuffix(to, ":ro")
		if !readOnly {
			t.Errorf("Falco can write to %s", from)
		}
		mounted[to] = true
		// Relative to docker, the folder of the first file.
		if name, ours := strings.CutPrefix(from, "./"); ours {
			if _, err := os.Stat(filepath.Join(security, "..", name)); err != nil {
				t.Error(err)
			}
		}
	}
	command, _ := falco["command"].([]any)
	for _, file := range append(config.RulesFiles, fmt.Sprint(command[len(command)-1])) {
		if !mounted[file] {
			t.Errorf("%s is not mounted", file)
		}
	}
	if !mounted["/host/proc"] || !mounted["/host/var/run/docker.sock"] {
		t.Errorf("Falco does not see the host: %v", mounted)
	}
}
