package main

import "dagger/octocode/internal/dagger"

type Octocode struct{ Source *dagger.Directory }

func New(
	// +defaultPath="/"
	// +ignore=["**/node_modules","**/.next","**/.git","**/.env","**/.env.*","!**/.env.example"]
	source *dagger.Directory) *Octocode { return &Octocode{source} }

func (m *Octocode) Hello() string { return "hi" }
