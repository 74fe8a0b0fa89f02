# Recipients: the rule changes, updatekeys follows; rotate makes a new data key.
@ app.yaml
| a: one
@ .sops-config.yaml
| creation_rules:
|   - age: age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz
@ one.txt
| AGE-SECRET-KEY-17Z8E6KTNVMX6QJW2G4K9NEZGHE8MNMHW9ECQZ96GURS55MHXU35QX5KDX8
@ two.txt
| AGE-SECRET-KEY-1V3L5HRUWJGT98KDFSNKQ93Y9WPN7P5G4Q0KJ6JTJWD2N4FQD2TPQ8MYM0Y
$ underseal encrypt -i app.yaml
> sealed app.yaml
$ underseal updatekeys -y app.yaml
> app.yaml: the recipients are up to date
@ .sops-config.yaml
| creation_rules:
|   - age: age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz,age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0
$ underseal updatekeys app.yaml --dry-run
> app.yaml:
>   + age age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0
~! app.yaml age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0
$ underseal updatekeys app.yaml
v SOPS_AGE_KEY_FILE=$PWD/one.txt
? 1
> app.yaml:
>   + age age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0
! underseal: USAGE: there is no terminal to ask on; pass --yes
!   fix: Run the command with --help to see its arguments.
$ underseal updatekeys app.yaml
v SOPS_AGE_KEY_FILE=$PWD/one.txt
a y
> app.yaml:
>   + age age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0
! Is this okay? (y/n): 
~ app.yaml age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0
$ underseal decrypt app.yaml
v SOPS_AGE_KEY_FILE=$PWD/two.txt
> a: one
$ underseal rotate -i app.yaml --rm-age age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz
v SOPS_AGE_KEY_FILE=$PWD/one.txt
> rotated app.yaml
$ underseal decrypt app.yaml
v SOPS_AGE_KEY_FILE=$PWD/one.txt
? 128
! underseal: DATA_KEY_UNAVAILABLE: no identity here opens the file
!   at app.yaml
!   tried age age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0: no identity here fits this recipient
!   fix: Provide an identity for a recipient listed: age in SOPS_AGE_KEY_FILE, SOPS_AGE_KEY or keys.txt, PGP in gpg's keyring.
$ underseal verify app.yaml --json
v SOPS_AGE_KEY_FILE=$PWD/two.txt
> {"file":"app.yaml","ok":true,"recipients":[{"kind":"age","recipient":"age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0"}],"warnings":[]}
$ underseal updatekeys -y app.yaml --json
v SOPS_AGE_KEY_FILE=$PWD/two.txt
> {"file":"app.yaml","added":[{"kind":"age","recipient":"age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz"}],"removed":[],"groups":{"from":"1 key group","to":"1 key group"},"written":true}
$ underseal rotate app.yaml --rm-age age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz,age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0
v SOPS_AGE_KEY_FILE=$PWD/two.txt
? 1
! underseal: RECIPIENT_MISSING: there is no recipient to wrap the data key to
!   at app.yaml
!   fix: Name at least one recipient in the rule, or with --age.
