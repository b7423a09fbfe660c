# 供其他程序使用的接口、自定义识别器、准确率指标。
cli-eval = 测量识别质量：在已标注文本上的精确率、召回率和 F1
cli-eval-more =
    语料每行一个 JSON 对象：{"{"}"lang": "zh", "text": "…", "spans": [[起, 止, "PERSON"], …]{"}"}，位置按码位计算；可用 gzip 压缩。
    严格：边界和类型均正确。重叠：类型正确，边界有重叠。语料未标注的类型，其结果不予评判。
cli-arg-corpora = 已标注文本，每行一个 JSON 对象
cli-arg-labels = 标签表：每行“标签 = 类型, 类型”；“-”表示不计该标签，“~”表示连同该处的结果一并不计
cli-arg-worst = 显示若干错误，最常见的在前
cli-arg-recognizers = 自定义识别器文件，YAML 或 TOML；可多次指定
cli-arg-detect-listen = 在此地址按 Presidio 的 REST 接口应答其他程序
cli-arg-tokens = 存放程序访问令牌的文件，每行一个
cli-arg-open = 允许任何能访问该地址者不凭令牌提出请求
cli-arg-max-body = 请求的最大长度，单位 MB
cli-listen-refused = 其他机器可以访问此地址：请用 --tokens 指定令牌文件，或用 --open 允许所有人请求。
cli-listen-ready = 分析服务地址：{ $x }
cli-tokens-wrong = { $x } 不能用作令牌文件：{ $y }
cli-eval-texts = 文本：{ $n } 篇 · { $mb } MB
cli-eval-label = 标签
cli-eval-spans = 标注
cli-eval-found = 识别
cli-eval-strict = 严格：P、R、F1
cli-eval-overlap = 重叠：P、R、F1
cli-eval-all = 合计
cli-eval-unknown = 含义不明的标签，未计入（请用 --labels 说明）：{ $x }
cli-eval-left-out = 不计的标签：{ $x }
cli-eval-not-judged = 已识别但语料未标注此类型，不予评判：{ $x }
cli-eval-broken = 无法使用的行数：{ $n }
cli-eval-worst = 影响最大的错误
cli-eval-missed = 漏识
cli-eval-false = 误识
cli-eval-table = { $x }：不是“标签 = 类型, 类型”形式的一行。
cli-eval-unknown-type = { $x }：“{ $y }”不是类型。
recognizer-class-declared = 在识别器文件中声明
recognizer-passed-over = { $x }：以下识别器未采用，因为程序自带或不支持其语言：{ $y }
recognizer-too-long = 超过 { $x } MB。请拆分文件。
recognizer-syntax = 无法解析：{ $x }
recognizer-too-deep = 嵌套过深。
recognizer-alias = 不接受 YAML 的锚点、别名和标签。请直接写出值。
recognizer-unknown = 未知的词“{ $x }”。可用的词见 docs/analyzer.md。
recognizer-twice = “{ $x }”出现两次。请删去一个。
recognizer-missing = 缺少“{ $x }”。请补充。
recognizer-kind = 值的种类不符 – { $x }
recognizer-score = 分值应为 0 至 1 的数。
recognizer-regex = 模式有误：{ $x }
recognizer-look-around = 不接受模式内部的环视和反向引用。只能检查整个模式前后各一个字符。
recognizer-regex-too-large = 模式占用内存过多。请减少重复次数。
recognizer-flags = 标志 { $x } 未知。可用 I (2)、M (8)、S (16)、U (32)、X (64)。
recognizer-type-name = “{ $x }”不能作为类型名。应以字母开头，后接字母、数字、_ - 或 .
recognizer-type-otherwise = 类型“{ $x }”在别处以不同的级别或写法声明。请统一。
recognizer-types = 类型过多。请减少。
recognizer-class-of-known = “{ $x }”的级别由法律规定。请去掉“class”。
recognizer-class = 级别“{ $x }”既不是“basic”也不是“sensitive”。
recognizer-language = “{ $x }”不是语言代码，例如 vi、ru、zh、en。
recognizer-many = 数量过多 – 最多 { $x }
recognizer-entry = 列表中有空条目或超过 256 字节的条目。
recognizer-nothing = 该识别器既无 patterns 也无 deny_list。请补充。
recognizer-list-file = 列表无法使用 – { $x }
recognizer-no-files = 此处不能指定文件。
