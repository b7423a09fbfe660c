# 判定理由。
why-digits = { $x } 位数字
why-checksum = 校验码正确（{ $x }）
why-layout = 格式符合 { $x }
why-region = 地区代码 { $x }
why-born = 出生于 { $x } 年
why-label = 前有标签“{ $x }”
why-column = 列标题“{ $x }”
why-issuer = 号段 { $x }
why-title = 称谓“{ $x }”
why-dictionary = 词典收录：{ $x }
why-pattern = 符合模式 { $x }
why-tied-to = 关联到 { $x }
why-model = 由训练模型识别
why-seen-elsewhere = 文中别处已确认
why-ocr-repaired = 已修正识别误差
why-against = 存在相反标签“{ $x }”
