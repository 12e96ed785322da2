#!/usr/bin/env bash
# Quality on real micrographs: trains from random weights with 400 updates of 256 crops on the first micrographs in name order,
# picks the last two, and prints the particle-level AUPRC, for each set and seed, and the mean.
#   benchmarks/real-data.sh [DATA [SEED...]]      DATA holds the three empiar-* folders (default ../shared/data)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=$(realpath "${1:-../shared/data}")
seeds=("${@:2}")
((${#seeds[@]})) || seeds=(1 2 3)
dotnet build src/Topaz.Cli -c Release -v q --nologo
topaz=$PWD/src/Topaz.Cli/bin/Release/net10.0/topaz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# set, downsampling, radius in downsampled pixels, expected particles per micrograph
while read -r set bin radius expected; do
  list=$data/$set/micrographs.txt
  sed 1d "$list" | sort | awk -F '\t' -v OFS='\t' -v root="$data/$set/" '{ print $1, root $2 }' > "$work/all"
  (echo $'image_name\tpath'; head -n -2 "$work/all") > "$work/train.txt"
  (echo $'image_name\tpath'; tail -n 2 "$work/all") > "$work/test.txt"
  sum=0
  for seed in "${seeds[@]}"; do
    start=$SECONDS
    "$topaz" train --quiet -n "$expected" --downsample "$bin" --train-images "$work/train.txt" \
      --train-targets "$data/$set/particles.txt" --num-epochs 5 --epoch-size 80 --seed "$seed" --save-prefix "$work/model"
    trained=$SECONDS
    "$topaz" extract --quiet -m "$work/model_epoch5.sav" -r "$radius" -t -100 -o "$work/picks.txt" "$work/test.txt"
    auprc=$("$topaz" precision_recall_curve --json --predicted "$work/picks.txt" --targets "$data/$set/particles.txt" \
      --images "$work/test.txt" -r "$((radius * bin))" | grep -o '"auprc": *[0-9.]*' | grep -o '[0-9.]*$')
    echo "$set  seed $seed  AUPRC $auprc  trained in $((trained - start)) s, picked in $((SECONDS - trained)) s"
    sum=$(awk "BEGIN { print $sum + $auprc }")
  done
  echo "$set  mean of ${#seeds[@]}: $(awk "BEGIN { printf \"%.3f\", $sum / ${#seeds[@]} }")"
done <<'SETS'
empiar-10028-ribosome 2 13 100
empiar-10146-apoferritin 4 9 200
empiar-10017-betagal 2 7 670
SETS
