# The editor: unchanged, changed, broken and mended, given up, failing.
@ app.yaml
| user: app # login
| password: old
@ same.yaml
| user: app # login
| password: old
@ new.yaml
| user: app # login
| password: new
| list:
|   - 1
@ broken.yaml
| user: app
| password: [secret
$ underseal init
> made an age key in …
> recipient …
> wrote …
$ underseal encrypt -i app.yaml
> sealed app.yaml
$ underseal edit app.yaml
e same.yaml
! app.yaml has not changed
? 200
$ underseal edit app.yaml
e broken.yaml
? 2
! underseal: EDIT_INVALID: the text cannot be sealed: YAML_SYNTAX: …
!   at app.yaml:3:1
!   fix: Edit again and correct the place named.
$ underseal edit app.yaml
a
e broken.yaml
e new.yaml
! underseal: YAML_SYNTAX: …
!   at app.yaml:3:1
!   fix: Correct the YAML at the place named.
! Press Enter to edit again, Ctrl+C or Ctrl+D to give up: 
$ underseal decrypt app.yaml
> user: app # login
> password: new
> list:
>   - 1
$ underseal edit app.yaml
v EDITOR='
? 201
! underseal: EDITOR_FAILED: …
!   fix: Set SOPS_EDITOR or EDITOR to a program that exits with 0.
$ underseal edit app.yaml
? 201
! underseal: EDITOR_FAILED: the editor cannot be started
!   fix: Set SOPS_EDITOR or EDITOR to a program that exits with 0.
