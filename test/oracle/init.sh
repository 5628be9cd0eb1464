#!/bin/busybox sh
# The guest's first process. Words of the kernel command line: fixed, brief, notrace, spm0=ADDRESS spm1=ADDRESS.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
mount -t tmpfs tmp /tmp
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
exec >/dev/ttyS0 2>&1
stty -F /dev/ttyS1 raw -echo -opost 2>/dev/null

trace=1
module=/test_hmm.ko
for word in $(cat /proc/cmdline); do
  case $word in
    fixed) module=/test_hmm_fixed.ko;;
    brief) export BRIEF=1;;
    notrace) trace=;;
    spm0=*) export SPM0=${word#spm0=};;
    spm1=*) export SPM1=${word#spm1=};;
  esac
done
if [ -n "$SPM0" ]; then insmod $module spm_addr_dev0=$SPM0 spm_addr_dev1=$SPM1; else insmod $module; fi
echo 1 > /proc/sys/vm/overcommit_memory
[ -b /dev/ram0 ] && mkswap /dev/ram0 && swapon /dev/ram0
export OWNERSZ=$(cat /ownersize)
# khugepaged must not come between operations: it looks once, finds nothing full, and sleeps.
K=/sys/kernel/mm/transparent_hugepage/khugepaged
echo 4000000000 > $K/scan_sleep_millisecs
echo 0 > $K/max_ptes_none

T=/sys/kernel/tracing
if [ -n "$trace" ]; then
  echo 8192 > $T/buffer_size_kb
  echo 0 > $T/tracing_on
  while read -r head args; do
    case $head in '#'* | '') continue;; esac
    f=${head%%!*}
    after=
    case $args in *" ret "*) after=${args#* ret }; args=${args%% ret *};; esac
    echo "p:hmm/$f $f $args" >> $T/kprobe_events || echo "no probe for $f"
    case $head in *!*) echo "r:hmm/${f}__ret $f r=\$retval $after" >> $T/kprobe_events || echo "no return of $f";; esac
  done < /probes.txt
  echo 1 > $T/events/hmm/enable
  for e in migrate/set_migration_pte migrate/remove_migration_pte exceptions/page_fault_user; do
    echo 1 > $T/events/$e/enable
  done
else
  rm /probes.txt
fi

for list in /lists/*; do
  # Each list finds the same: free huge pages, memory in large pieces, nothing cached.
  echo 3 > /proc/sys/vm/drop_caches
  echo 1 > /proc/sys/vm/compact_memory
  echo 20 > /proc/sys/vm/nr_hugepages
  name=${list#/lists/????-}
  echo "{\"list\": \"$name\"}" > /dev/ttyS1
  timeout 60 /runner $list > /dev/ttyS1 2>/dev/ttyS0 || echo "{\"hang_or_signal\": $?}" > /dev/ttyS1
done
echo '{"end": true}' > /dev/ttyS1
poweroff -f
