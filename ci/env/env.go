// Package env is the one specification of every variable of the application
// and of its stack, and the check of an environment against it.
//
//	report, err := env.Check(env.Options{
//		Profile: env.Prod,
//		Sources: []env.Source{{Name: "prod.env", Values: values}},
//		Secrets: os.DirFS("docker/prod/secrets"),
//	})
//	fmt.Print(report.Text())
//	if report.Failed() { … }
//
// A secret may come as NAME, as NAME_FILE (the path of a file), or as its file
// in the folder of secrets. As in the application, an empty value is none, and
// white space around the content of a file does not count.
//
// Neither a report nor an error holds a value.
package env

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/sethvargo/go-envconfig"
)

// Profile is what an environment is for; production is judged harder.
type Profile string

// The profiles.
const (
	Dev  Profile = "dev"
	Prod Profile = "prod"
)

// Source is one place where variables are set.
type Source struct {
	// Name stands in the report: "environment", or the name of a file.
	Name   string
	Values map[string]string
	// Shared means that variables of other programs stand there too, as in the
	// environment of a process: a name that is not ours is no finding then,
	// unless it looks misspelled.
	Shared bool
}

// Options say what to check.
type Options struct {
	// Profile defaults to Dev.
	Profile Profile
	// Services limits the check to what these need; "app" is short for
	// "oc_app". Default: everything.
	Services []string
	// Sources in order: the first that sets a variable wins.
	Sources []Source
	// Files is where the paths of NAME_FILE variables lead, without their
	// first slash: os.DirFS("/") on a host. Without it no such file is there.
	Files fs.FS
	// Dir is the absolute folder that relative paths start from, default "/".
	Dir string
	// Secrets is the folder of secrets, with a file for each: database_url …
	// It stands in for /run/secrets, too. nil means that there is none.
	Secrets fs.FS
}

// Variable is the specification of one variable.
type Variable struct {
	Name string `json:"name"`
	// Type is what it may hold, in words: "port", "PostgreSQL URL".
	Type string `json:"type"`
	// Default is "" when there is none.
	Default  string   `json:"default,omitempty"`
	NeededBy []string `json:"needed_by"`
	// Required is "always", "prod" or "".
	Required string `json:"required,omitempty"`
	Secret   bool   `json:"secret"`
	// File is the secret's file in the folder of secrets. When it is not "",
	// the variable may come as NAME_FILE.
	File  string `json:"file,omitempty"`
	About string `json:"description"`

	field reflect.StructField
}

// specification is read once from the fields of Variables.
var specification = readSpecification()

// All is the specification of every variable, in reading order.
func All() []Variable { return slices.Clone(specification) }

// Services are the names that Options.Services may hold, sorted.
func Services() []string {
	var names []string
	for _, v := range specification {
		names = append(names, v.NeededBy...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func readSpecification() []Variable {
	var all []Variable
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Variables]()) {
		if field.Anonymous || len(field.Index) != 2 {
			continue
		}
		tag := field.Tag
		name, fallback, _ := strings.Cut(tag.Get("env"), ",default=")
		if pin := tag.Get("pin"); pin != "" {
			fallback = pins.Ref(pin)
		}
		v := Variable{
			Name: name, Default: fallback, Type: typeNames[field.Type.Name()], NeededBy: strings.Fields(tag.Get("by")),
			Required: tag.Get("required"), File: tag.Get("file"), About: tag.Get("about"), field: field,
		}
		v.Secret = v.File != "" || v.Type == "secret"
		if bounds := tag.Get("range"); bounds != "" {
			v.Type += " " + bounds
		}
		all = append(all, v)
	}
	return all
}

var typeNames = map[string]string{
	"Text": "text", "Secret": "secret", "NodeEnv": "mode", "Prefix": "name", "Port": "port", "Number": "number",
	"Seconds": "seconds", "Memory": "size", "Image": "image", "PostgresURL": "PostgreSQL URL",
	"ShadowURL": "PostgreSQL URL", "RedisURL": "Redis URL", "WebURL": "URL", "RealtimeURL": "URL or /",
	"Origins": "origins", "DevOnly": "text",
}

// Load checks an environment and gives its values, with defaults. The error
// has one line for each thing that is wrong.
//
//	values, err := env.Load(ctx, env.Options{Sources: sources})
//	fmt.Println(values.AppReplicas, values.DatabaseURL) // the URL without its password
func Load(ctx context.Context, o Options) (Variables, error) {
	report, err := Check(o)
	if err != nil {
		return Variables{}, err
	}
	if report.Failed() {
		return Variables{}, errors.New(strings.Join(report.lines(Error), "\n"))
	}
	var values Variables
	err = envconfig.ProcessWith(ctx, &envconfig.Config{Target: &values, Lookuper: envconfig.LookuperFunc(o.lookup)})
	if err != nil { // of a variable that no selected service needs
		return Variables{}, fmt.Errorf("the environment is not usable: %w", withoutChain(err))
	}
	return values, nil
}

// lookup is the value of a variable from wherever it comes.
func (o Options) lookup(name string) (string, bool) {
	i := slices.IndexFunc(specification, func(v Variable) bool { return v.Name == name })
	if i < 0 {
		return "", false
	}
	value := o.find(specification[i]).value
	if value == "" && specification[i].field.Tag.Get("pin") != "" {
		value = specification[i].Default
	}
	return value, value != ""
}

// decode makes the typed value of one variable. The library stops at the first
// error of a struct, so each variable gets a struct of its own.
func (v Variable) decode(value string) (any, error) {
	field := v.field
	field.Index, field.Offset = nil, 0
	target := reflect.New(reflect.StructOf([]reflect.StructField{field}))
	err := envconfig.ProcessWith(context.Background(), &envconfig.Config{
		Target: target.Interface(), Lookuper: envconfig.MapLookuper(map[string]string{v.Name: value}),
	})
	if err != nil {
		return nil, withoutChain(err)
	}
	decoded := target.Elem().Field(0).Interface()
	if number, ok := decoded.(Number); ok {
		if err := number.within(v.field.Tag.Get("range")); err != nil {
			return nil, err
		}
	}
	return decoded, nil
}

// withoutChain is the finding inside of an error. Other text of the library
// may quote the value and is left out.
func withoutChain(err error) error {
	var f finding
	if errors.As(err, &f) {
		return f
	}
	return problem("cannot be read", "correct it")
}
