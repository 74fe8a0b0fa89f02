# Key groups: two of three open a file together.
@ app.yaml
| a: one
@ .sops-config.yaml
| creation_rules:
|   - key_groups:
|       - age: [age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz]
|       - age: [age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0]
@ one.txt
| AGE-SECRET-KEY-17Z8E6KTNVMX6QJW2G4K9NEZGHE8MNMHW9ECQZ96GURS55MHXU35QX5KDX8
@ both.txt
| AGE-SECRET-KEY-17Z8E6KTNVMX6QJW2G4K9NEZGHE8MNMHW9ECQZ96GURS55MHXU35QX5KDX8
| AGE-SECRET-KEY-1V3L5HRUWJGT98KDFSNKQ93Y9WPN7P5G4Q0KJ6JTJWD2N4FQD2TPQ8MYM0Y
@ others.txt
| AGE-SECRET-KEY-1V3L5HRUWJGT98KDFSNKQ93Y9WPN7P5G4Q0KJ6JTJWD2N4FQD2TPQ8MYM0Y
| AGE-SECRET-KEY-138Q4UMNEG6CYQ6JW4NYM5SUV6LGN0FCVMPP3XV9A48VN5VQ8C2VSHX2JAE
$ underseal encrypt -i app.yaml
> sealed app.yaml
~ app.yaml shamir_threshold: 2
$ underseal decrypt app.yaml
v SOPS_AGE_KEY_FILE=$PWD/one.txt
? 128
! underseal: DATA_KEY_UNAVAILABLE: 1 of the 2 key groups opened, and 2 are needed
!   at app.yaml
!   tried age age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0: no identity here fits this recipient
!   fix: Provide an identity for a recipient listed: age in SOPS_AGE_KEY_FILE, SOPS_AGE_KEY or keys.txt, PGP in gpg's keyring.
$ underseal decrypt app.yaml
v SOPS_AGE_KEY_FILE=$PWD/both.txt
> a: one
$ underseal set app.yaml a --value-stdin
v SOPS_AGE_KEY_FILE=$PWD/both.txt
< two
! set a in app.yaml (encrypted)
@ .sops-config.yaml
| creation_rules:
|   - shamir_threshold: 2
|     key_groups:
|       - age: [age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz]
|       - age: [age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0]
|       - age: [age172ul4evshdu652hsnkglh5t7xf2dzgryjaprm7xeymkv8lrgtvgs2pfelp]
$ underseal updatekeys -y app.yaml
v SOPS_AGE_KEY_FILE=$PWD/both.txt
> app.yaml:
>   ~ 2 of 2 key groups -> 2 of 3 key groups
>   + age age172ul4evshdu652hsnkglh5t7xf2dzgryjaprm7xeymkv8lrgtvgs2pfelp
$ underseal decrypt app.yaml
v SOPS_AGE_KEY_FILE=$PWD/others.txt
> a: two
$ underseal rotate -i app.yaml
v SOPS_AGE_KEY_FILE=$PWD/others.txt
> rotated app.yaml
$ underseal decrypt app.yaml
v SOPS_AGE_KEY_FILE=$PWD/both.txt
> a: two
$ underseal rotate -i app.yaml --add-age age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz
v SOPS_AGE_KEY_FILE=$PWD/both.txt
? 1
! underseal: KEY_GROUPS_UNSUPPORTED: the file has several key groups, and no group is named to change
!   at app.yaml
!   fix: Change the groups in the rule, and run `underseal updatekeys`.
@ .sops-config.yaml
| creation_rules:
|   - key_groups:
|       - age: [age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz, age172ul4evshdu652hsnkglh5t7xf2dzgryjaprm7xeymkv8lrgtvgs2pfelp]
|       - age: [age1ph9yus6p8cuhqrqr2w3ryux9rt0lysl8c96hy5j9vx5vtdadsqrqjt3jt0]
$ underseal updatekeys --dry-run app.yaml
> app.yaml:
>   ~ 2 of 3 key groups -> 2 of 2 key groups
