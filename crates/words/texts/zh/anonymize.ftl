# 匿名表格：`tutela anonymize`。
cli-anonymize = 以最小损失对表格去标识化（k-匿名及其他模型）
cli-anonymize-more =
    未指定作用的列将被删除。层级文件为所给文件夹中的 h_列名.csv：值;第1级;第2级;…；没有层级的列按数字、日期、代码或文字处理。
    表格要么完整写出，要么不写；无法隐藏在其他行之中的行不予输出。
cli-arg-table = 带分隔符的文本表格（CSV），UTF-8，首行为列名
cli-arg-anonymize-to = 匿名表格的写出位置
cli-arg-quasi = 可据以找到个人的列，以逗号分隔：其值将被泛化
cli-arg-sensitive = 不得借以获知个人情况的列：在模型允许时原样输出
cli-arg-keep = 其他原样输出的列
cli-arg-hierarchies = 层级文件所在文件夹
cli-arg-k = 每一行在可据以找到个人的列上至少与这么多行相同（k-匿名）
cli-arg-distinct = 相同行中至少有这么多不同的敏感值（相异 l-多样性）
cli-arg-entropy = 其混合程度不低于这么多个等频值（熵 l-多样性）
cli-arg-recursive = 最常见值的次数小于第 L 个及以后各值总次数的 C 倍（递归 (c,l)-多样性）
cli-arg-close = 其分布与全表分布的差距不超过此值，0 至 1（t-接近）
cli-arg-close-by-hierarchy = 同上，并按列的层级考虑值的远近
cli-arg-suppress = 允许不输出的行所占百分比
cli-arg-measure = 要使其最小的指标
anonymize-rows = 读取 { $rows } 行，输出 { $released } 行，未输出 { $suppressed } 行
anonymize-level = { $column }：第 { $level } 级，共 { $of } 级
anonymize-kind-number = 按数字处理
anonymize-kind-date = 按日期处理
anonymize-kind-code = 按代码处理
anonymize-kind-word = 按文字处理
anonymize-removed = 已删除的列：{ $columns }
anonymize-risk = 剩余风险：最小的组 { $smallest } 行；找到特定个人的概率最高 { $highest }，平均 { $average }。处理前有 { $alone } 的行是唯一的。
anonymize-way = 损失 { $loss }，为 { $lattice } 种方式中最小者（实际计算 { $counted } 种）
anonymize-none = 没有一种泛化方式能满足要求。请允许更多行不输出（--suppress）、降低要求，或提供更深的层级。未写出任何内容。
anonymize-bad-row = 第 { $row } 行无法作为表格的行读取（单元格数目不同或不是 UTF-8）。未写出任何内容。
anonymize-bad-column = 表格没有列“{ $column }”，或有多列同名。未写出任何内容。
anonymize-bad-role = 列“{ $column }”被指定了一种以上的作用。
anonymize-bad-values = 列“{ $column }”的不同值超过一百万：请提供层级，或不指定作用以便删除该列。
anonymize-bad-unknown = 第 { $row } 行：列“{ $column }”的值不在该列的层级中。请补充。未写出任何内容。
anonymize-bad-lattice = 该表格有 { $ways } 种泛化方式，无法全部搜索：请减少列或层级。
anonymize-bad-hierarchy = 层级无法使用：第 { $line } 行的级数不同、重复，或与前面的行矛盾。
anonymize-bad-goal = 无法按此要求处理：{ $why }
anonymize-changed = 读取期间文件发生变化。未写出任何内容，请重新运行命令。
