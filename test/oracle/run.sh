#!/bin/bash
# run.sh [--fixed] [--coherent] [--brief] [--notrace] LIST...
# Boots the kernel that build.sh made and runs the lists one after the other; prints a JSON object a line: one for each list,
# each operation, and each crash of the guest. After a crash or a hang the lists that are left get another boot. (no_timer_check: where
# the host is busy, a boot would now and then find that its timer does not tick.)
set -eu
dir=${HMM_ORACLE_DIR:-$HOME/.cache/hmm-oracle}
options=; memory=1G
while [ $# -gt 0 ]; do
  case $1 in
    --fixed | --brief | --notrace) options="$options ${1#--}";;
    --coherent) options="$options mem=1G spm0=0x40000000 spm1=0x50000000"; memory=2G;;
    --*) echo "run.sh knows no $1" >&2; exit 2;;
    *) break;;
  esac
  shift
done
[ -f "$dir/kernel" ] && [ -f "$dir/runner.cpio.gz" ] || { echo "nothing is built in $dir: run build.sh" >&2; exit 2; }

work=$(mktemp -d "$dir/run.XXXXXX")
trap 'rm -rf "$work"' EXIT
left=("$@")
while [ ${#left[@]} -gt 0 ]; do
  rm -rf "$work/root"
  mkdir -p "$work/root/lists"
  n=0
  for list in "${left[@]}"; do
    cp "$list" "$work/root/lists/$(printf %04d $n)-$(basename "$list" .txt)"
    n=$((n + 1))
  done
  (cd "$work/root" && find . | cpio -o -H newc --quiet | gzip -1) > "$work/lists.gz"
  cat "$dir/runner.cpio.gz" "$work/lists.gz" > "$work/initrd"
  timeout "${HMM_ORACLE_TIMEOUT:-300}" qemu-system-x86_64 -accel tcg -cpu max,la57=off -machine pc -smp 1 -m "$memory" \
    -display none -no-reboot -nodefaults -serial "file:$work/console" -serial "file:$work/out" \
    -kernel "$dir/kernel" -initrd "$work/initrd" \
    -append "console=ttyS0 oops=panic panic=-1 nokaslr no_timer_check$options" </dev/null >&2 || echo "qemu ended with $?" >&2
  cp "$work/console" "$dir/console.log"
  tr -d '\r' < "$work/out"
  grep -q '^{"end"' "$work/out" && break
  tr -d '\r' < "$work/console" | grep -E '^(BUG|RIP: 0010|Oops|Kernel panic)|watchdog' | uniq |
    sed 's/["\\]//g; s/.*/{"crash": "&"}/' | head -6
  done=$(grep -c '^{"list"' "$work/out" || true)
  if [ "$done" -eq 0 ]; then echo "the guest ran no list: see $dir/console.log" >&2; exit 1; fi
  left=("${left[@]:$done}")
done
