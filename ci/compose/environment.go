package compose

import (
	"bytes"
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/octocode/octocode-ci/ci/stack"
)

// readEnvironment settles the variables, the profiles and the project's name.
func (l *loading) readEnvironment() {
	files := make([]string, len(l.options.EnvFiles))
	for i, name := range l.options.EnvFiles {
		files[i] = l.absolute(l.dir, name)
	}
	if len(files) == 0 {
		if file := filepath.Join(l.base(), ".env"); isFile(file) {
			files = append(files, file)
		}
	}
	l.env = l.readEnvFiles(l.options.Env, files, "", 0)
	l.readDotenv()
	l.profiles = l.options.Profiles
	if l.profiles == nil {
		for _, profile := range strings.Split(l.env["COMPOSE_PROFILES"], ",") {
			if profile = strings.TrimSpace(profile); profile != "" {
				l.profiles = append(l.profiles, profile)
			}
		}
	}
	if l.name = l.options.ProjectName; l.name == "" {
		l.name = l.env["COMPOSE_PROJECT_NAME"]
	}
	if l.name != "" && loader.NormalizeProjectName(l.name) != l.name {
		l.problem(stack.Problem{Code: BadProjectName, Message: "the project's name is " + strconv.Quote(l.name),
			Fix: "use lower-case letters, digits, - and _, and start with a letter or a digit"})
	}
	if l.env["COMPOSE_PROJECT_NAME"] == "" { // the files may use it; compose-go knows the name they give
		l.env["COMPOSE_PROJECT_NAME"] = cmp.Or(l.name, loader.NormalizeProjectName(baseName(l.base())), "stack")
	}
}

// readEnvFiles adds the variables of files to those that are set, which win. A
// missing file is reported at the place that names it.
func (l *loading) readEnvFiles(set map[string]string, files []string, from string, line int) map[string]string {
	env := map[string]string{}
	lookup := func(name string) (string, bool) {
		if value, ok := set[name]; ok {
			return value, true
		}
		value, ok := env[name]
		return value, ok
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			where, message := from, "there is no env file "+l.show(file)
			if from == "" {
				where, message = l.show(file), "there is no such env file"
			}
			l.problem(stack.Problem{Code: MissingFile, File: where, Line: line, Message: message, Fix: "create it, or correct the path"})
			continue
		}
		values, err := dotenv.ParseWithLookup(bytes.NewReader(text), lookup)
		if err != nil {
			l.problem(l.envProblem(file, err))
			continue
		}
		maps.Copy(env, values)
	}
	maps.Copy(env, set)
	return env
}

// readDotenv adds the variables of the caller's .env that nothing else sets.
// What it holds is secret, but for the words that stand everywhere.
func (l *loading) readDotenv() {
	values, err := dotenv.ParseWithLookup(bytes.NewReader(l.options.Dotenv), func(name string) (string, bool) {
		value, ok := l.env[name]
		return value, ok
	})
	if err != nil {
		l.problem(l.envProblem(filepath.Join(l.dir, ".env"), err))
		return
	}
	for name, value := range values {
		if value != "true" && value != "false" {
			l.sensitive[value] = true
		}
		if _, set := l.env[name]; !set {
			l.env[name] = value
		}
	}
}

var envLine = regexp.MustCompile(`line (\d+): (.*)`)

// envProblem tells what is wrong with an env file without quoting it: the line
// may hold a secret.
func (l *loading) envProblem(file string, err error) stack.Problem {
	p := stack.Problem{Code: BadEnvFile, File: l.show(file), Message: "this is no list of variables", Fix: "write NAME=value, one a line"}
	if m := envLine.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1]) // the pattern holds digits only
		switch {
		case strings.Contains(m[2], "contain a space"):
			p.Message = "the name of a variable contains a space"
		case strings.HasPrefix(m[2], "unterminated quoted value"):
			p.Message, p.Fix = "a quoted value does not end", "close the quote"
		case strings.Contains(m[2], "unexpected character"):
			p.Message = "the name of a variable contains a character that names do not have"
		}
	}
	return p
}
