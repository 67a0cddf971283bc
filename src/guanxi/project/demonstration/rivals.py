"""The competitors that the demo's customers name; none of them exists."""

SOUTH_SEA, PEARL = "南海银行 South Sea Bank", "珠江汇商银行 Pearl Merchants Bank"
GARAGE, INSURER, STORE = "快修到家 Home Garage", "榕树保险网 Banyan Insurance", "优品家居 Better Home"
RIVALS = (SOUTH_SEA, PEARL, GARAGE, INSURER, STORE)
