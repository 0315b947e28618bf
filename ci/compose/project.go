package compose

import (
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

// readProject lets compose-go merge the files: once as they are, to see which
// keys they hold, and once as a project. References are not checked yet, so
// that all that are wrong can be told.
func (l *loading) readProject() {
	details := l.details()
	err := quietly(func() (err error) {
		l.model, err = loader.LoadModelWithContext(l.ctx, details, l.loaderOptions, func(o *loader.Options) {
			o.SkipNormalization, o.SkipDefaultValues, o.SkipConsistencyCheck = true, true, true
		})
		return err
	})
	if err == nil {
		details = l.details()
		err = quietly(func() (err error) {
			l.project, err = loader.LoadWithContext(l.ctx, details, l.loaderOptions, func(o *loader.Options) {
				o.SkipConsistencyCheck, o.SkipResolveEnvironment, o.SkipResolveLabels = true, true, true
			})
			return err
		})
	}
	if err != nil {
		l.problem(l.translate(err))
	}
}

// confirm gives compose-go the last word, with all its checks and with the env
// files of the services.
func (l *loading) confirm() {
	details := l.details()
	err := quietly(func() error {
		project, err := loader.LoadWithContext(l.ctx, details, l.loaderOptions)
		if err == nil {
			l.project = project
		}
		return err
	})
	if err != nil {
		l.problem(l.translate(err))
	}
}

// details are made anew for each reading: compose-go writes into them.
func (l *loading) details() types.ConfigDetails {
	details := types.ConfigDetails{WorkingDir: l.base(), Environment: maps.Clone(l.env)}
	for _, file := range l.files {
		for _, s := range l.sources {
			if s.path == file && !s.base {
				details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: file, Content: s.text})
				break
			}
		}
	}
	return details
}

func (l *loading) loaderOptions(o *loader.Options) {
	o.SetProjectName(l.name, true)
	o.Profiles = l.profiles
	o.Interpolate.Substitute = func(text string, mapping template.Mapping) (string, error) {
		return template.SubstituteWithOptions(text, mapping, template.WithoutLogging)
	}
}

var quiet sync.Mutex

// quietly runs a part of compose-go. It logs warnings that are given here with
// their lines, and a few malformed files make it panic.
func quietly(run func() error) (err error) {
	quiet.Lock()
	defer quiet.Unlock()
	level := logrus.GetLevel()
	logrus.SetLevel(logrus.PanicLevel)
	defer logrus.SetLevel(level)
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the files make compose-go fail: " + fmt.Sprint(r))
		}
	}()
	return run()
}

// active reports whether a service is part of the stack.
func (l *loading) active(name string) bool {
	_, ok := l.project.Services[name]
	return ok
}

// exists reports whether there is a service, with whatever profile.
func (l *loading) exists(name string) bool {
	_, ok := l.project.DisabledServices[name]
	return ok || l.active(name)
}
